import Foundation
import Site
import Testing

/// The console beyond this machine: TLS with a certificate of the lab's own authority, seen by curl.
@Suite struct ConsoleTLSTests {
    @Test func `a client that trusts the lab's authority gets in, and nothing else does`() async throws {
        let site = try await TransportSite(
            "console: { listen: \"0.0.0.0:0\", names: [lab.example], tls: { certificate: server.pem, key: server.key } }"
        )
        try Self.issueCertificate(in: site.folder)
        let agent = try site.startAgent()
        try await agent.waits(for: #""event":"console.enrolment""#)
        let events = agent.output
        let port = try #require(events.firstMatch(of: /"url":"https:\/\/0\.0\.0\.0:([0-9]+)/)?.output.1)
        let code = try #require(events.firstMatch(of: /"code":"([^"]+)"/)?.output.1)
        let url = "https://lab.example:\(port)"
        let here = ["--silent", "--show-error", "--max-time", "20", "--resolve", "lab.example:\(port):127.0.0.1"]
        let jar = ["--cookie", site.path("jar"), "--cookie-jar", site.path("jar")]
        let trusting = here + ["--cacert", site.path("authority.pem")] + jar

        let page = try Self.curl(trusting + ["--include", "\(url)/enrol"])
        #expect(page.status == 0, "\(page.output)")
        let cookie = try #require(page.output.firstMatch(of: /(?i)set-cookie: [^\r]*/)?.output)
        #expect(cookie.contains("Secure") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"))
        let key = try #require(page.output.firstMatch(of: /name="form_key" value="([0-9a-f]{64})"/)?.output.1)
        func enrol(_ origin: String) throws -> String {
            try Self.curl(
                trusting + [
                    "--output", "/dev/null", "--write-out", "%{http_code}", "--header", "Origin: \(origin)", "--data",
                    "form_key=\(key)&code=\(code)&name=ada&password=a+long+enough+password", "\(url)/enrol",
                ]
            ).output
        }
        #expect(try enrol("http://lab.example:\(port)") == "403", "a page in clear text is another site")
        #expect(try enrol(url) == "303")
        #expect(try Self.curl(trusting + ["\(url)/"]).output.contains("Nothing waits for you."))

        #expect(try Self.curl(here + ["\(url)/"]).status == 60, "whoever does not trust the authority")
        #expect(try Self.curl(trusting + ["http://lab.example:\(port)/"]).status != 0, "clear text")
        #expect(try Self.curl(trusting + ["--tls-max", "1.1", "\(url)/"]).status == 35, "TLS before 1.2")
        let foreign = ["--connect-to", "evil.example:\(port):127.0.0.1:\(port)", "--insecure"]
        #expect(try Self.curl(here + foreign + ["https://evil.example:\(port)/sign-in"]).output.contains("not served"))
        agent.process.terminate()
        #expect(try agent.ended().status == 0)
    }

    /// An authority, and a server's certificate that it has signed.
    private static func issueCertificate(in folder: URL) throws {
        for arguments in [
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "authority.key", "-out", "authority.pem",
                "-days", "2", "-subj", "/CN=authority of the lab",
            ],
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "server.key", "-out", "server.pem", "-days",
                "2", "-subj", "/CN=lab.example", "-addext", "subjectAltName=DNS:lab.example", "-addext",
                "basicConstraints=critical,CA:FALSE", "-CA", "authority.pem", "-CAkey", "authority.key",
            ],
        ] {
            let ended = try self.run("/usr/bin/openssl", arguments, in: folder)
            guard ended.status == 0 else { throw SiteFailure("openssl: \(ended.output)") }
        }
    }

    private static func curl(_ arguments: [String]) throws -> (status: Int32, output: String) {
        try self.run("/usr/bin/curl", arguments)
    }

    private static func run(
        _ program: String, _ arguments: [String], in folder: URL? = nil
    ) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
    }
}
