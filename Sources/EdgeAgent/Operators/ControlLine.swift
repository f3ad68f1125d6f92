import Protocols

/// One line of the control socket: `{"ask": …}` goes there, `{"answer": …}` or `{"error": {"status", "message"}}` back.
enum ControlLine {
    /// Longest line; 64 MiB.
    static let limit = 64 << 20

    static func asking(_ request: OperatorRequest) throws -> [UInt8] {
        self.line(["ask": try JSONValue(encoding: request)])
    }

    static func request(in line: some Sequence<UInt8>) throws(OperatorError) -> OperatorRequest {
        guard let json = try? JSONValue(parsing: line),
            let request = try? json["ask"]?.decode(OperatorRequest.self)
        else {
            throw OperatorError(
                .usage, "the agent does not understand this; do agent and command have the same version?")
        }
        return request
    }

    static func answering(_ result: Result<JSONValue, OperatorError>) -> [UInt8] {
        switch result {
        case .success(let answer): self.line(["answer": answer])
        case .failure(let error):
            self.line(
                ["error": ["status": .integer(Int64(error.status.rawValue)), "message": .string(error.description)]])
        }
    }

    static func answer(in line: some Sequence<UInt8>) throws(OperatorError) -> JSONValue {
        let json = try? JSONValue(parsing: line)
        if let answer = json?["answer"] { return answer }
        guard let error = json?["error"], let status = error["status"]?.integer, let message = error["message"]?.string
        else { throw OperatorError(.unavailable, "the agent's answer cannot be read") }
        throw OperatorError(ExitStatus(rawValue: Int32(clamping: status)) ?? .inputOutput, message)
    }

    private static func line(_ json: JSONValue) -> [UInt8] { Array((json.text() + "\n").utf8) }
}
