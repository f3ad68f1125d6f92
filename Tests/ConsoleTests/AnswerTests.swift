import Foundation
import NIOHTTP1
import Protocols
import Store
import Testing

/// R24: exactly one answer is recorded, whatever people and browsers do.
@Suite struct AnswerTests {
    @Test func `of many answers at once one counts, and the others are told who was first`() async throws {
        try await ConsoleBench.run { bench in
            let browsers = [try await bench.browser("ada"), try await bench.browser("bob")]
            for round in 0..<10 {
                let prompt = try await bench.ask("Question \(round)")
                let answers = try await withThrowingTaskGroup(of: Browser.Answer.self) { group in
                    for place in 0..<8 {
                        let browser = browsers[place % 2]
                        group.addTask {
                            try await browser.send(
                                "/prompts/\(prompt)", ["answer": place < 4 ? "resume" : "repeat"])
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(answers.count { $0.status == 303 } == 1)
                #expect(answers.count { $0.status == 409 } == 7)
                let kept = try #require(try await bench.journal.prompt(prompt))
                #expect(kept.state == .answered)
                #expect(answers.filter { $0.status == 409 }.allSatisfy { $0.body.contains("answered") })
            }
            let noted = try await bench.journal.auditEntries(limit: 1000).count { $0.act == "answer prompt" }
            #expect(noted == 10)
        }
    }

    @Test func `an answer to what needs none any more is refused`() async throws {
        try await ConsoleBench.run { bench in
            let prompt = try await bench.ask()
            try await bench.journal.expire(prompt)
            let answer = try await bench.browser().send("/prompts/\(prompt)", ["answer": "resume"])
            #expect(answer.status == 409)
            #expect(answer.body.contains("needs no answer any more"))
        }
    }

    @Test(arguments: ["", "yes", "RESUME", "resume; drop table prompt"])
    func `an answer that the question does not allow is refused, and the question stays`(_ word: String) async throws {
        try await ConsoleBench.run { bench in
            let prompt = try await bench.ask()
            let browser = try await bench.browser()
            #expect(try await browser.send("/prompts/\(prompt)", ["answer": word]).status == 409)
            #expect(try await bench.journal.prompt(prompt)?.state == .asked)
        }
    }

    @Test func `a refill is noted with who did it, in millilitres unless said otherwise`() async throws {
        try await ConsoleBench.run { bench in
            let browser = try await bench.browser()
            #expect(try await browser.send("/liquids/Reservoir6/refill", ["volume": "50"]).status == 303)
            #expect(try await browser.get("/liquids").body.contains("<strong>50 mL</strong>"))
            #expect(try await browser.send("/liquids/Reservoir6/refill", ["volume": "0,04 L"]).status == 303)
            #expect(try await browser.get("/liquids").body.contains("<strong>40 mL</strong>"))
            let entry = try #require(try await bench.journal.newestAuditEntries(limit: 1).first)
            #expect(entry.person == "ada" && entry.act == "refill")
            for volume in ["", "-3", "much", "1e9", "5 kg", "nan", "inf mL"] {
                let answer = try await browser.send("/liquids/Reservoir6/refill", ["volume": volume])
                #expect(answer.status == 409, "\(volume)")
            }
            #expect(try await browser.get("/liquids").body.contains("<strong>40 mL</strong>"))
        }
    }

    @Test func `whoever stands at the machine may stop it without a password, and nobody may release it so`()
        async throws
    {
        try await ConsoleBench.run { bench in
            let browser = Browser(bench.url)
            _ = try await browser.get("/sign-in")
            // No agent runs behind this desk: that it is asked to halt is all that can be seen.
            #expect(try await browser.send("/halt").status == 503)
            #expect(try await browser.send("/halt", headers: ["x-forwarded-for": "10.0.0.7"]).status == 401)
            #expect(try await browser.send("/release").status == 401)
        }
    }
}
