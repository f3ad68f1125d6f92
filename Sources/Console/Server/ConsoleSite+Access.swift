import Hummingbird
import Store

/// How people come in and go.
extension ConsoleSite {
    func addAccess(to router: Router<ConsoleContext>) {
        router.get("sign-in") { request, context in
            let visitor = try await self.door.visitor(of: request, context)
            let destination = Self.ownPath(request.uri.queryParameters.get("to"))
            let isFirst = try await self.journal.users().isEmpty
            return try await self.answer(
                SignInPage(visitor: visitor, destination: destination, isFirst: isFirst).page, to: visitor)
        }
        router.post("sign-in", use: self.done(by: { _ in true }, self.signIn))
        router.get("enrol") { request, context in
            let visitor = try await self.door.visitor(of: request, context)
            return try await self.answer(EnrolPage(visitor: visitor).page, to: visitor)
        }
        router.post("enrol", use: self.done(by: { _ in true }, self.enrol))
        router.post(
            "sign-out",
            use: self.done(by: { $0.user != nil }) { call in
                try await self.journal.closeSession(call.visitor.secret.hash)
                return .then("/sign-in")
            })
    }

    private func signIn(_ call: Call) async throws -> Response {
        let (name, destination) = (call.field("name"), Self.ownPath(call.field("to")))
        let password = Password(typed: call.fields["password"] ?? "")
        let user = try await self.limited(call, "user \(name)") {
            let user = try await self.journal.user(name)
            let isRight = try await password.matches(user?.passwordHash ?? Password.nobody)
            return isRight ? user : nil
        }
        guard let user else {
            return try await self.answer(
                SignInPage(visitor: call.visitor, destination: destination, isWrong: true).page, to: call.visitor)
        }
        return try await self.open(user, call, then: destination)
    }

    private func enrol(_ call: Call) async throws -> Response {
        let name = call.field("name")
        func again(_ problem: String) async throws -> Response {
            let page = EnrolPage(visitor: call.visitor, problem: problem, code: call.field("code"), name: name).page
            return try await self.answer(page, to: call.visitor)
        }
        guard (1...60).contains(name.count), !name.contains(where: \.isNewline) else {
            return try await again("A name has 1 to 60 characters.")
        }
        guard let password = Password(choosing: call.fields["password"] ?? "") else {
            return try await again("A password has 10 to 200 characters.")
        }
        let code = Secret.typed(call.field("code"))
        var problem = ""
        let user = try await self.limited(call, "enrolment") { () -> User? in
            let hash = try await password.hashed()
            do {
                return try await self.journal.enrol(code.hash, name: name, passwordHash: hash)
            } catch let error as StoreError where error.code == .notFound || error.code == .duplicate {
                problem = "\(error.detail.prefix(1).uppercased())\(error.detail.dropFirst()). \(error.advice)"
                return nil
            }
        }
        guard let user else { return try await again(problem) }
        return try await self.open(user, call, then: "/")
    }

    /// Each sign-in gets a secret of its own; what the browser had before opens nothing.
    private func open(_ user: User, _ call: Call, then path: String) async throws -> Response {
        let secret = Secret.makeToken()
        try await self.journal.openSession(secret.hash, of: user, for: Door.sessionLength)
        var response = Response.then(path)
        self.door.hand(secret, to: call.visitor, in: &response)
        return response
    }

    /// A try that may be wrong: nil counts as such.
    private func limited<Value: Sendable>(
        _ call: Call, _ what: String, _ body: () async throws -> Value?
    ) async throws -> Value? {
        let keys = [what, "address \(call.address)"]
        guard await self.signIns.begin(keys) else { throw Refused.tooOften }
        do {
            let value = try await body()
            await self.signIns.end(keys, wasRight: value != nil)
            return value
        } catch {
            await self.signIns.end(keys, wasRight: false)
            throw error
        }
    }

    /// A path of this site; the first page in place of anything else.
    private static func ownPath(_ text: String?) -> String {
        guard let text, text.hasPrefix("/"), !text.hasPrefix("//"), !text.contains("\\"),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return "/" }
        return text
    }
}
