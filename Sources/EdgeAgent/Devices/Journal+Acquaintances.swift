import Discovery
import Protocols
import Store

/// Who each device of the lab is, so that another one in its place is noticed, after a restart as well.
extension Journal {
    func acquaintance(with device: String) async throws -> Acquaintance? {
        guard let text = try await self.fact(Self.key(device)) else { return nil }
        return try JSONValue(parsing: text).decode(Acquaintance.self)
    }

    func keep(_ acquaintance: Acquaintance, of device: String) async throws {
        try await self.setFact(Self.key(device), JSONValue(encoding: acquaintance).text())
    }

    private static func key(_ device: String) -> String { "device \(device)" }
}
