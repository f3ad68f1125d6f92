import DeviceKit
import Foundation
import Methods
import NIOHTTP1
import Protocols
import Store
import Testing

@testable import EdgeAgent

/// Questions as pages show them: what is typed, by when, who may answer, and the picture.
@Suite struct PromptPageTests {
    private static let refill = Question(
        text: "Reservoir6 holds 4 mL.",
        choices: [
            .init(
                answer: "refilled", meaning: "it holds this much now",
                entries: [
                    .init(number: "volume", label: "all that it holds now", unit: "mL", from: 10, to: 100_000),
                    .init(text: "remark", label: "what should be known"),
                ]), .init(answer: "later", meaning: "nobody can now"),
        ])

    @Test(arguments: [
        ("", "needs “volume”"), ("9.5", "is not from 10 to 100000 mL"), ("2e9 mL", "is not from 10"),
        ("5 s", "is not in mL"),
        ("much", "number"), ("50 60", "“volume”"), (String(repeating: "9", count: 30_000), "longer than 500"),
    ])
    func `a value out of range or of another kind is refused beside its field, and all that was typed stays`(
        typed: String, reason: String
    ) async throws {
        try await ConsoleBench.run { bench in
            let prompt = try await bench.ask(Self.refill)
            let browser = try await bench.browser()
            let refused = try await browser.send(
                "/prompts/\(prompt)",
                ["answer": "refilled", "entry-volume": typed, "entry-remark": "new \"bottle\""])
            #expect(refused.status == 422)
            let field = try #require(refused.body.firstMatch(of: /<input id="[^"]*-volume"[^>]*>/)?.output)
            #expect(field.contains(#"aria-invalid="true""#))
            let described = try #require(field.firstMatch(of: /aria-describedby="[^"]* ([^" ]*-fault)"/)?.output.1)
            #expect(refused.body.contains(#"class="fault" id="\#(described)" role="alert">"#))
            #expect(refused.body.contains(reason), "\(refused.body)")
            #expect(refused.body.contains(#"value="new &quot;bottle&quot;""#))
            #expect(try await bench.journal.prompt(prompt)?.state == .asked)
        }
    }

    @Test func `the unit beside the field is meant unless another was typed, and what was entered is shown afterwards`()
        async throws
    {
        try await ConsoleBench.run { bench in
            let browser = try await bench.browser()
            for (typed, kept) in [("50", "50 mL"), ("0,05 L", "50 mL"), (" 12.5 mL ", "12.5 mL")] {
                let prompt = try await bench.ask(Self.refill)
                let page = try await browser.get("/prompts/\(prompt)").body
                #expect(page.contains("10 to 100000 mL") && page.contains(#"inputmode="decimal""#), "\(page)")
                let answered = try await browser.send(
                    "/prompts/\(prompt)", ["answer": "refilled", "entry-volume": typed])
                #expect(answered.status == 303 && answered.location == "/?said=answered")
                #expect(
                    try await bench.journal.prompt(prompt)?.answer
                        == ["choice": "refilled", "entries": ["volume": .string(kept)]])
                let after = try await browser.get("/prompts/\(prompt)").body
                #expect(after.contains("Answered “refilled” by ada") && after.contains("<dd>\(kept)</dd>"))
                #expect(!after.contains("<input id="))
            }
        }
    }

    @Test func `a field that the question does not have is refused, and a late answer is told who was first`()
        async throws
    {
        try await ConsoleBench.run { bench in
            let prompt = try await bench.ask(Self.refill)
            let browser = try await bench.browser()
            let foreign = try await browser.send("/prompts/\(prompt)", ["answer": "later", "entry-volume": "50"])
            #expect(foreign.status == 409 && foreign.body.contains("takes nothing"), "\(foreign.body)")
            #expect(try await browser.send("/prompts/\(prompt)", ["answer": "later"]).status == 303)
            let late = try await bench.browser("bob").send(
                "/prompts/\(prompt)", ["answer": "refilled", "entry-volume": "1"])
            #expect(late.status == 409 && late.body.contains("answered by ada"), "\(late.body)")
        }
    }

    @Test func `what is for engineers no operator answers, and the page says so`() async throws {
        try await ConsoleBench.run { bench in
            var question = Self.refill
            question.role = .engineer
            let prompt = try await bench.ask(question)
            let otto = try await bench.browser("otto", .operator)
            let page = try await otto.get("/").body
            #expect(page.contains("An engineer can answer") && !page.contains(#"action="/prompts/"#))
            #expect(try await otto.send("/prompts/\(prompt)", ["answer": "later"]).status == 409)
            #expect(try await bench.journal.prompt(prompt)?.state == .asked)
            let erna = try await bench.browser("erna", .engineer)
            #expect(try await erna.send("/prompts/\(prompt)", ["answer": "later"]).status == 303)
        }
    }

    @Test func `what is due is shown with its time, and what is late as late`() async throws {
        try await ConsoleBench.run { bench in
            let browser = try await bench.browser()
            let prompt = try await bench.ask(Self.refill, due: .seconds(3600))
            #expect(try await browser.get("/prompts/\(prompt)").body.contains(", due <time"))
            let late = try await bench.ask(Self.refill, due: .seconds(-1))
            #expect(try await browser.get("/prompts/\(late)").body.contains("late since <time"))
        }
    }

    @Test func `the picture is the one that was asked with, may run nothing, and is shown to whoever is signed in`()
        async throws
    {
        try await ConsoleBench.run { bench in
            let sketch = bench.journal.path + "/sketch.svg"
            let drawing = #"<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"#
            try Data(drawing.utf8).write(to: URL(filePath: sketch))
            var question = Self.refill
            question.topic = "Reservoir6"
            let asked = QuestionBook(["Reservoir6": sketch]).complete(question, in: bench.journal.path)
            _ = try await bench.ask(asked)
            let browser = try await bench.browser()
            let page = try await browser.get("/").body
            let path = try #require(page.firstMatch(of: /<img src="([^"]*)" alt="/)?.output.1)
            // Whatever becomes of the file that was configured.
            try Data("<svg>other</svg>".utf8).write(to: URL(filePath: sketch))
            let picture = try await browser.get(String(path))
            #expect(picture.status == 200 && picture.body == drawing)
            #expect(picture.headers.first(name: "content-type") == "image/svg+xml")
            #expect(picture.headers.first(name: "content-security-policy")?.contains("sandbox") == true)
            #expect(picture.headers.first(name: "x-content-type-options") == "nosniff")
            #expect(try await Browser(bench.url).get(String(path)).status == 401)
            let kept = try #require(asked.picture)
            try Data("<svg>other</svg>".utf8).write(to: URL(filePath: "\(bench.journal.path)/\(kept.path)"))
            #expect(try await browser.get(String(path)).status == 404)
            #expect(try await browser.get("/prompts/\(bench.ask())/picture").status == 404)
        }
    }

    @Test func `a bottle that runs low is asked about, and the answer is the refill`() async throws {
        try await ConsoleBench.run { bench in
            let lab = try #require(bench.desk.desk.model)
            try await StockQuestions(journal: bench.journal, book: QuestionBook(), threshold: Volume(1, .litre))
                .look(at: try await bench.journal.fluid(of: lab), of: lab)
            let browser = try await bench.browser()
            let prompt = try #require(
                try await bench.journal.openPrompts().first { $0.subject == "stock Reservoir6" })
            #expect(try await browser.get("/").body.contains("Reservoir6"))
            let answered = try await browser.send(
                "/prompts/\(prompt.id)", ["answer": "refilled", "entry-volume": "1500"])
            #expect(answered.status == 303, "\(answered.body)")
            #expect(try await browser.get("/liquids").body.contains("<strong>1500 mL</strong>"))
            let acts = try await bench.journal.newestAuditEntries(limit: 1)
            #expect(acts.map(\.person) == ["ada"] && acts.map(\.act) == ["refill"])
        }
    }
}
