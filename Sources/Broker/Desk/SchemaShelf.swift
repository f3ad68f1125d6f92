import Protocols

/// Compiled schemas by the identifier of their capability, because every post needs one and a stored capability keeps
/// its schemas.
actor SchemaShelf {
    private let book: RecordBook
    private var pairs: [String: Pair] = [:]

    struct Pair: Sendable {
        let input: JSONSchema
        let output: JSONSchema
    }

    init(book: RecordBook) { self.book = book }

    func pair(of capability: String) async throws(Refusal) -> Pair {
        if let pair = self.pairs[capability] { return pair }
        let row = try await recorded { [book] in try await book.capability(capability) }
        guard let row else { throw .crash("the capability \(capability) has gone") }
        do {
            let pair = Pair(
                input: try JSONSchema(try JSONValue(column: row.specifications)),
                output: try JSONSchema(try JSONValue(column: row.resultOutput))
            )
            self.pairs[capability] = pair
            return pair
        } catch {
            throw .crash("a schema of \(row.quantity)/\(row.method) cannot be used: \(error)")
        }
    }
}
