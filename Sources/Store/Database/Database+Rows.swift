import GRDB
import Protocols

extension Database {
    /// Executes a statement that is kept prepared, and returns how many rows it changed.
    @discardableResult
    func run(_ sql: String, _ arguments: StatementArguments = []) throws -> Int {
        try self.cachedStatement(sql: sql).execute(arguments: arguments)
        return self.changesCount
    }

    func row(_ sql: String, _ arguments: StatementArguments = []) throws -> Row? {
        try Row.fetchOne(self.cachedStatement(sql: sql), arguments: arguments)
    }

    func rows(_ sql: String, _ arguments: StatementArguments = []) throws -> [Row] {
        try Row.fetchAll(self.cachedStatement(sql: sql), arguments: arguments)
    }
}

extension Row {
    /// A JSON column. The schema keeps what is not JSON out, so a failure here means damage.
    func json(_ column: String) throws -> JSONValue? {
        guard let text: String = self[column] else { return nil }
        do {
            return try JSONValue(parsing: text)
        } catch {
            throw StoreError.damaged("column \(column) holds no JSON: \(error)")
        }
    }

    func id(_ column: String) throws -> UUIDv7 {
        let text: String = self[column]
        guard let id = UUIDv7(parsing: text) else { throw StoreError.damaged("column \(column) holds no id: \(text)") }
        return id
    }

    func optionalID(_ column: String) throws -> UUIDv7? {
        guard self[column] as String? != nil else { return nil }
        return try self.id(column)
    }

    func state<State: RawRepresentable>(_ column: String = "state") throws -> State where State.RawValue == String {
        let text: String = self[column]
        guard let state = State(rawValue: text) else { throw StoreError.damaged("no such state: \(text)") }
        return state
    }

    func moment(_ prefix: String) -> Moment {
        Moment(
            utc: self["\(prefix)_utc"], boot: self["\(prefix)_boot"] ?? "",
            monotonic: self["\(prefix)_monotonic"] ?? 0)
    }
}

extension StoreError {
    static func damaged(_ detail: String) -> StoreError {
        StoreError(.damagedRow, "read a row", detail, advice: "Export what is readable and look at the file.")
    }

    static func illegal(_ operation: String, from: String, to: String) -> StoreError {
        StoreError(
            .illegalTransition, operation, "it is “\(from)” and cannot become “\(to)”",
            advice: "Look at its present state; somebody may have decided already.")
    }

    static func missing(_ operation: String) -> StoreError {
        StoreError(.notFound, operation, "there is no such row", advice: "Check the id.")
    }
}
