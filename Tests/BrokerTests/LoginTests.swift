import Protocols
import Testing

@testable import Broker

@Suite struct LoginTests {
    static let form = "application/x-www-form-urlencoded"
    static let wrong = #"{"detail":"Authentication failed. Wrong username or password."}"#

    func logIn(_ bench: BrokerBench, _ body: String, type: String = Self.form) async -> BenchAnswer {
        await bench.call("POST", "/user_management/authenticate", text: body, type: type, authorization: .some(nil))
    }

    @Test(
        arguments: [
            "username=alice&password=secret",
            "username=alice&password=secret&grant_type=&scope=&client_id=&client_secret=",
            "grant_type=password&username=alice&password=secret", "username=al%69ce&password=secret",
        ])
    func `the right password gets a bearer token`(body: String) async throws {
        let answer = await self.logIn(try await BrokerBench(), body)
        #expect(answer.status == 200)
        let token = try #require(answer.json["access_token"]?.string)
        #expect(answer.text == #"{"access_token":"\#(token)","token_type":"bearer"}"#)
        #expect(token.hasPrefix("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbGljZSIsImV4cCI6MT"))
    }

    @Test func `a form in parts is a form`() async throws {
        let body =
            "--x\r\nContent-Disposition: form-data; name=\"username\"\r\n\r\nalice\r\n"
            + "--x\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\nsecret\r\n--x--\r\n"
        let answer = await self.logIn(try await BrokerBench(), body, type: "multipart/form-data; boundary=x")
        #expect(answer.status == 200)
    }

    @Test func `a boundary longer than any may be is not looked for`() async throws {
        let boundary = String(repeating: "-", count: 71)
        let body =
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"username\"\r\n\r\nalice\r\n--\(boundary)--\r\n"
        let type = "multipart/form-data; boundary=\(boundary)"
        #expect(await self.logIn(try await BrokerBench(), body, type: type).text.contains("username"), "it is missing")
    }

    @Test func `what is wrong with a login is told as the original tells it`() async throws {
        let bench = try await BrokerBench()
        let grant = await self.logIn(bench, "username=alice&password=secret&grant_type=foo")
        #expect(grant.status == 422)
        #expect(
            grant.text
                == #"{"detail":[{"type":"string_pattern_mismatch","loc":["body","grant_type"],"msg":"String should match pattern 'password'","input":"foo","ctx":{"pattern":"password"}}]}"#
        )
        let password = await self.logIn(bench, "username=alice&password=wrong")
        #expect(password.status == 401 && password.text == Self.wrong)
        #expect(password.header("www-authenticate") == "Bearer")
        let name = await self.logIn(bench, "username=nobody&password=secret")
        #expect(name.status == 404 && name.text == #"{"detail":"No user with this username was found."}"#)
        let missing = await self.logIn(bench, "username=alice")
        #expect(missing.status == 422)
        #expect(
            missing.text
                == #"{"detail":[{"type":"missing","loc":["body","password"],"msg":"Field required","input":null}]}"#
        )
        let json = await self.logIn(bench, #"{"username":"alice","password":"secret"}"#, type: "application/json")
        #expect(json.status == 422)
        #expect(json.json["detail"]?.array?.map { $0["loc"]?[1]?.string } == ["username", "password"])
    }

    @Test(arguments: ["secret", "se cret", "", "sécret"])
    func `a password is checked by bcrypt`(password: String) async throws {
        let hash = try PasswordHash(hashing: password, cost: 4)
        #expect(hash.text.hasPrefix("$2b$04$") && hash.text.utf8.count == 60)
        #expect(await hash.matches(password))
        #expect(await !hash.matches(password + "x"))
        #expect(try PasswordHash(hashing: password, cost: 4) != hash)
    }

    @Test func `hashes that others made are understood`() async {
        // Test vectors of Openwall's crypt_blowfish 1.3, in the public domain.
        let hash = PasswordHash(text: "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")
        #expect(await hash.matches("U*U"))
        #expect(await !hash.matches("U*U*"))
        #expect(await !PasswordHash(text: "nonsense").matches("U*U"))
        #expect(throws: PasswordHash.Failure.self) { try PasswordHash(hashing: "x", cost: 99) }
    }

    @Test func `no token, a broken one and one of another scheme are refused with their own words`() async throws {
        let bench = try await BrokerBench()
        let none = await bench.call("GET", "/pending_requests/", authorization: .some(nil))
        #expect(none.status == 401 && none.text == #"{"detail":"Not authenticated"}"#)
        #expect(none.header("www-authenticate") == "Bearer")
        let basic = await bench.call("GET", "/pending_requests/", authorization: .some("Basic YWxpY2U6c2VjcmV0"))
        #expect(basic.status == 401 && basic.text == #"{"detail":"Not authenticated"}"#)
        for text in ["Bearer abc.def.ghi", "Bearer ", "Bearer", "Bearer \(bench.token)x", "Bearer a.b.c.d"] {
            let broken = await bench.call("GET", "/pending_requests/", authorization: .some(text))
            #expect(broken.status == 401 && broken.text == Self.wrong && broken.header("www-authenticate") == "Bearer")
        }
        #expect(await bench.call("GET", "/", authorization: .some("bEaReR \(bench.token)")).status == 200)
    }

    @Test func `a token ends, and without an end lasts`() async throws {
        let bench = try await BrokerBench()
        func status(_ token: String) async -> Int {
            await bench.call("GET", "/", authorization: .some("Bearer \(token)")).status
        }
        let now = BrokerClock.system.now().seconds
        #expect(await status(AccessToken(subject: "alice", expiry: now + 60).signed(secret: "")) == 200)
        #expect(await status(AccessToken(subject: "alice", expiry: now - 60).signed(secret: "")) == 401)
        #expect(await status(AccessToken(subject: "alice", expiry: now + 60).signed(secret: "other")) == 401)
        // Nobody of this name any more.
        let gone = await bench.call(
            "GET",
            "/",
            authorization: .some("Bearer \(AccessToken(subject: "bob", expiry: now + 60).signed(secret: ""))")
        )
        #expect(gone.status == 404 && gone.detail == "No user with this username was found.")
        // {"alg":"HS256","typ":"JWT"} {"sub":"alice"} signed with the empty secret, made with another implementation.
        let endless =
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbGljZSJ9.W9AcROShgDz7J54MI1h40vKuqKcbmf8gXmcYRHS5Bkk"
        #expect(await status(endless) == 200)
        let unsigned = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJzdWIiOiJhbGljZSJ9."
        #expect(await status(unsigned) == 401)
    }

    @Test func `a token of a zone ahead of UTC lives longer by its offset, and strict mends that`() async throws {
        for (strict, hours) in [(false, 25), (true, 24)] {
            let bench = try await BrokerBench(strict: strict) { configuration in
                configuration.secret = "s"
                configuration.clock = BrokerClock(now: { (1_795_465_244, 0) }, zoneOffset: { _ in 3600 })
            }
            let token = try #require(AccessToken(verifying: bench.token, secret: "s", now: 1_795_465_244))
            #expect(token.expiry == 1_795_465_244 + hours * 3600)
        }
    }

    @Test func `two logins within a second get the same token`() async throws {
        let bench = try await BrokerBench {
            $0.clock = BrokerClock(now: { (1_795_465_244, 0) }, zoneOffset: { _ in 0 })
        }
        #expect(await self.logIn(bench, "username=alice&password=secret").json["access_token"]?.string == bench.token)
    }

    @Test func `the original shows the hash of the password, and strict does not`() async throws {
        let row = await (try await BrokerBench()).get("/test")
        #expect(row.status == 200)
        #expect(row.json.object?.keys == ["username", "uuid", "password", "usergroups"])
        #expect(row.json["password"]?.string?.hasPrefix("$2b$") == true)
        #expect(row.json["usergroups"] == ["BIG-MAP", "KIT"])
        #expect(await (try await BrokerBench(strict: true)).get("/test").json["password"] == nil)
    }
}
