import Foundation
import NIOHTTP1
import Protocols
import Store
import Testing

/// Requests that another site, or another program, makes in a person's name.
@Suite struct ForeignFormTests {
    @Test(arguments: ["http://evil.example", "null", "https://127.0.0.1", nil])
    func `a form of another origin does nothing`(_ origin: String?) async throws {
        try await ConsoleBench.run { bench in
            let prompt = try await bench.ask()
            let browser = try await bench.browser()
            let answer = try await browser.send("/prompts/\(prompt)", ["answer": "resume"], origin: origin)
            #expect(answer.status == 403)
            #expect(try await bench.journal.prompt(prompt)?.state == .asked)
        }
    }

    @Test func `a form without the page's key, or with another browser's, does nothing`() async throws {
        try await ConsoleBench.run { bench in
            let prompt = try await bench.ask()
            let browser = try await bench.browser()
            let foreign = try await bench.browser("bob").get("/").formKey
            for key in ["", String(repeating: "0", count: 64), try #require(foreign)] {
                let answer = try await browser.send("/prompts/\(prompt)", ["answer": "resume"], key: key)
                #expect(answer.status == 403)
            }
            #expect(try await bench.journal.prompt(prompt)?.state == .asked)
        }
    }

    @Test func `a name that was made to point to this machine is not served`() async throws {
        try await ConsoleBench.run { bench in
            let browser = try await bench.browser()
            let answer = try await browser.get("/", headers: ["host": "evil.example"])
            #expect(answer.status == 421)
            #expect(!answer.body.contains("Questions"))
        }
    }

    @Test func `a link in a message opens the page although the cookie is strict`() async throws {
        try await ConsoleBench.run { bench in
            let answer = try await Browser(bench.url).get("/runs", headers: ["sec-fetch-site": "cross-site"])
            #expect(answer.status == 200)
            #expect(answer.body.contains(#"<meta http-equiv="refresh" content="0">"#))
        }
    }

    @Test func `the way after signing in leads nowhere else`() async throws {
        try await ConsoleBench.run { bench in
            for path in ["//evil.example", "https://evil.example", "/%5Cevil.example", "javascript:alert(1)"] {
                let page = try await Browser(bench.url).get("/sign-in?to=\(path)").body
                #expect(page.contains(#"name="to" value="/""#), "\(path)")
            }
            try await bench.addUser("ada")
            let browser = Browser(bench.url)
            _ = try await browser.get("/sign-in")
            let answer = try await browser.send(
                "/sign-in", ["name": "ada", "password": ConsoleBench.password, "to": "//evil.example"])
            #expect(answer.location == "/")
        }
    }

    @Test func `browsers are told to load and to frame nothing else`() async throws {
        try await ConsoleBench.run { bench in
            let browser = try await bench.browser()
            for path in ["/", "/nowhere", "/sign-in", "/metrics"] {
                let answer = try await browser.get(path)
                let policy = try #require(answer.headers.first(name: "content-security-policy"))
                #expect(policy.contains("default-src 'self'") && !policy.contains("unsafe"))
                #expect(answer.headers.first(name: "x-content-type-options") == "nosniff")
            }
            let page = try await browser.get("/").body
            #expect(!page.contains("style=") && !page.contains("onclick") && !page.contains("<script>"))
        }
    }
}
