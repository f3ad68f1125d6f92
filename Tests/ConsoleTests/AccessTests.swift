import DeviceKit
import Foundation
import NIOHTTP1
import Protocols
import Store
import Testing

@testable import Console
@testable import EdgeAgent

/// Who comes in, and how.
@Suite struct AccessTests {
    @Test func `nothing is shown before signing in, and the way back is kept`() async throws {
        try await ConsoleBench.run { bench in
            let browser = Browser(bench.url)
            for path in ["/", "/runs", "/runs/1", "/liquids", "/devices", "/results", "/audit"] {
                let answer = try await browser.get(path)
                #expect(answer.status == 303)
                #expect(answer.location == "/sign-in?to=\(path)")
            }
            for path in ["/events", "/results/1/export"] { #expect(try await browser.get(path).status == 401) }
        }
    }

    @Test func `a code makes one user, once`() async throws {
        try await ConsoleBench.run { bench in
            let code = Secret.makeCode()
            try await bench.journal.invite(code.hash, name: "", role: .engineer, for: .seconds(60), by: nil)
            let typed = code.text.lowercased().replacing("-", with: " ")
            let fields = ["code": typed, "name": "Ada", "password": ConsoleBench.password]
            let browser = Browser(bench.url)
            _ = try await browser.get("/enrol")
            let answer = try await browser.send("/enrol", fields)
            #expect(answer.status == 303 && answer.location == "/")
            #expect(try await browser.get("/audit").status == 200)
            let second = Browser(bench.url)
            _ = try await second.get("/enrol")
            let refused = try await second.send("/enrol", fields.merging(["name": "Eve"]) { $1 })
            #expect(refused.status == 422)
            #expect(refused.body.contains("is not known, was used, or is over"))
            #expect(try await bench.journal.users().map(\.name) == ["Ada"])
        }
    }

    @Test func `cookies are strict, unreadable for scripts, new with each sign-in, and kept only as a hash`()
        async throws
    {
        try await ConsoleBench.run { bench in
            let browser = Browser(bench.url)
            let first = try await browser.get("/sign-in")
            let cookie = try #require(first.headers.first(name: "set-cookie"))
            for word in ["HttpOnly", "SameSite=Strict", "Path=/"] { #expect(cookie.contains(word), "\(cookie)") }
            let before = browser.secret
            try await bench.addUser("ada")
            try await browser.signIn("ada")
            #expect(browser.secret != before)
            let files = try FileManager.default.contentsOfDirectory(atPath: bench.journal.path)
            let secret = try #require(browser.secret?.split(separator: "=").last)
            for file in files where file.hasPrefix("journal") {
                let bytes = try Data(contentsOf: URL(filePath: bench.journal.path).appending(path: file))
                #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(file)")
                #expect(bytes.range(of: Data(ConsoleBench.password.utf8)) == nil, "\(file)")
            }
        }
    }

    @Test func `a session ends with signing out, and with its user`() async throws {
        try await ConsoleBench.run { bench in
            let browser = try await bench.browser()
            let stale = browser.secret
            #expect(try await browser.send("/sign-out").status == 303)
            browser.secret = stale
            #expect(try await browser.get("/").status == 303)
            let other = try await bench.browser("bob")
            try await bench.journal.removeUser("bob", by: "ada")
            #expect(try await other.get("/").status == 303)
        }
    }

    @Test func `a form that is sent after the session has ended does nothing and says so`() async throws {
        try await ConsoleBench.run { bench in
            let prompt = try await bench.ask()
            let browser = try await bench.browser()
            let key = try await browser.get("/").formKey
            try await bench.journal.removeUser("ada", by: "bob")
            let answer = try await browser.send("/prompts/\(prompt)", ["answer": "resume"], key: key)
            #expect(answer.status == 401)
            #expect(answer.body.contains("Nothing was done"))
            #expect(try await bench.journal.prompt(prompt)?.state == .asked)
        }
    }

    @Test func `whether a name exists is not said`() async throws {
        try await ConsoleBench.run { bench in
            try await bench.addUser("ada")
            let browser = Browser(bench.url)
            _ = try await browser.get("/sign-in")
            let wrong = try await browser.send("/sign-in", ["name": "ada", "password": "wrong password"])
            let unknown = try await browser.send("/sign-in", ["name": "eve", "password": "wrong password"])
            #expect(wrong.status == 401 && unknown.status == 401)
            #expect(wrong.body == unknown.body)
        }
    }

    @Test func `wrong tries are few, and come back slowly`() async {
        let limit = SignInLimit()
        let start = ContinuousClock.now
        for _ in 0..<8 {
            #expect(await limit.begin(["ada", "10.0.0.7"], at: start))
            await limit.end(["ada", "10.0.0.7"], wasRight: false)
        }
        #expect(await !limit.begin(["ada", "10.0.0.8"], at: start), "the name has none left")
        #expect(await !limit.begin(["bob", "10.0.0.7"], at: start), "nor has the address")
        #expect(await !limit.begin(["ada", "10.0.0.7"], at: start + .seconds(19)))
        #expect(await limit.begin(["ada", "10.0.0.7"], at: start + .seconds(20)))
        await limit.end(["ada", "10.0.0.7"], wasRight: true)
        for _ in 0..<8 {
            #expect(await limit.begin(["ada", "10.0.0.7"], at: start + .seconds(20)), "a right one makes it as new")
            await limit.end(["ada", "10.0.0.7"], wasRight: false)
        }
    }

    @Test func `there are never many slow hashes under way`() async {
        let limit = SignInLimit()
        #expect(await limit.begin(["ada"]))
        #expect(await limit.begin(["bob"]))
        #expect(await !limit.begin(["eve"]))
        await limit.end(["ada"], wasRight: false)
        #expect(await limit.begin(["eve"]))
    }

    @Test func `a viewer looks, an operator acts, an engineer reads the audit trail`() async throws {
        try await ConsoleBench.run { bench in
            let prompt = try await bench.ask()
            let viewer = try await bench.browser("vera", .viewer)
            #expect(try await viewer.get("/").body.contains("An operator can answer"))
            #expect(try await viewer.send("/prompts/\(prompt)", ["answer": "resume"]).status == 403)
            #expect(try await viewer.send("/liquids/Reservoir6/refill", ["volume": "50"]).status == 403)
            let worker = try await bench.browser("otto", .operator)
            #expect(try await worker.get("/audit").status == 403)
            #expect(try await worker.send("/prompts/\(prompt)", ["answer": "resume"]).status == 303)
            let engineer = try await bench.browser("erna", .engineer)
            #expect(try await engineer.get("/audit").body.contains("answer prompt"))
            #expect(try await bench.journal.verifyAudit().isSound)
        }
    }

    @Test func `beyond this machine it is not served in clear text`() async throws {
        try await ConsoleBench.run { bench in
            for host in ["0.0.0.0", "192.168.1.5", "::", "lab.example.org"] {
                #expect(throws: ConsoleError.clearText(host)) {
                    try Console(ConsoleOptions(host: host), desk: bench.desk, journal: bench.journal)
                }
            }
        }
    }

    @Test(arguments: ["127.0.0.1", "127.1.2.3", "localhost", "::1", "::ffff:127.0.0.1"])
    func `this machine alone is reached at`(_ host: String) { #expect(ConsoleOptions.isLoopback(host)) }

    @Test(arguments: ["127.0.0.1.example.org", "127.example.org", "128.0.0.1", "0.0.0.0", "::", "1270.0.0.1"])
    func `others are reached from outside`(_ host: String) { #expect(!ConsoleOptions.isLoopback(host)) }
}
