/// The access token, shared by all calls. Whoever finds it rejected asks for a new one; however many do so at once,
/// there is one login, since each costs the broker a quarter of a second of its processor.
actor BrokerSession {
    private var token: String?
    private var login: Task<Result<String, BrokerError>, Never>?

    func forget() {
        self.token = nil
    }

    /// The present token, or the one of a new login.
    ///
    /// - Parameter rejected: the token that the broker did not take; nil if none was tried.
    func token(
        rejected: String?, logIn: @escaping @Sendable () async throws(BrokerError) -> String
    ) async throws(BrokerError) -> String {
        if let token, token != rejected { return token }
        if let login { return try await login.value.get() }
        self.token = nil
        let login = Task { () -> Result<String, BrokerError> in
            do throws(BrokerError) {
                return .success(try await logIn())
            } catch {
                return .failure(error)
            }
        }
        self.login = login
        let result = await login.value
        self.login = nil
        self.token = try? result.get()
        return try result.get()
    }
}
