import Protocols

extension FrontDesk {
    private static let wrong = Refusal.unauthorized("Authentication failed. Wrong username or password.")

    /// Checks name and password of a form and hands out a token.
    func logIn(_ call: BrokerCall) async throws(Refusal) -> BrokerAnswer {
        let form = FormText(call)
        var issues: [ShapeIssue] = []
        if let grant = form["grant_type"], !grant.contains("password") {
            issues.append(
                ShapeIssue(
                    type: "string_pattern_mismatch", place: ["body", "grant_type"],
                    message: "String should match pattern 'password'", input: .string(grant),
                    context: ["pattern": "password"]))
        }
        for name in ["username", "password"] where form[name] == nil {
            issues.append(.missing("body", .string(name)))
        }
        guard issues.isEmpty, let name = form["username"], let password = form["password"] else {
            throw .shape(issues)
        }
        let user = try await self.user(named: name)
        guard await PasswordHash(text: user.password).matches(password) else { throw Self.wrong }
        let now = self.configuration.clock.now().seconds
        // The original adds the lifetime to local time and signs it as if it were UTC.
        let slip = self.strict ? 0 : self.configuration.clock.zoneOffset(now)
        let expiry = now + slip + 60 * self.configuration.tokenLifetime
        let token = AccessToken(subject: user.username, expiry: expiry).signed(secret: self.configuration.secret)
        return try .json(["access_token": .string(token), "token_type": "bearer"])
    }

    /// The user whose token a call carries.
    func user(of call: BrokerCall) async throws(Refusal) -> UserRecord {
        let parts = (call.authorization ?? "").split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.first?.lowercased() == "bearer" else { throw .unauthorized("Not authenticated") }
        let now = self.configuration.clock.now().seconds
        let text = parts.count > 1 ? parts[1] : ""
        guard let token = AccessToken(verifying: text, secret: self.configuration.secret, now: now) else {
            throw Self.wrong
        }
        return try await self.user(named: token.subject)
    }

    /// The row of the user database, with the hash of the password as the original shows it, or without.
    func description(of user: UserRecord) -> JSONValue {
        var description: JSONObject = ["username": .string(user.username), "uuid": .string(user.uuid)]
        if !self.strict { description["password"] = .string(user.password) }
        description["usergroups"] = .array(user.usergroups.map(JSONValue.string))
        return .object(description)
    }

    private func user(named name: String) async throws(Refusal) -> UserRecord {
        let users = try await recorded { try await self.book.users(named: name) }
        guard let user = users.first else { throw .detail(404, "No user with this username was found.") }
        guard users.count == 1 else { throw .detail(409, "More than one user with this username was found.") }
        return user
    }
}
