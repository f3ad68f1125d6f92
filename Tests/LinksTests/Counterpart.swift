import DeviceKit
import Links
import Testing

/// A line with a device at its other end that answers as the test says.
final class Counterpart: Sendable {
    let link: ByteLink
    let terminal: PseudoTerminal

    init(timeouts: LinkTimeouts = Counterpart.quick, recovery: LinkRecovery? = nil, tap: LinkTap? = nil) throws {
        self.terminal = try PseudoTerminal()
        self.link = ByteLink(
            device: "gauge",
            over: self.terminal.endpoint.transport(),
            timeouts: timeouts,
            recovery: recovery,
            tap: tap
        )
    }

    static let quick = LinkTimeouts(
        open: .seconds(1),
        write: .milliseconds(500),
        firstByte: .milliseconds(80),
        betweenBytes: .milliseconds(40),
        total: .seconds(2)
    )

    /// The next bytes the device receives.
    func received() async throws -> String {
        String(decoding: try await self.terminal.channel.read(until: .now + .seconds(5)), as: UTF8.self)
    }

    func say(_ text: String) async throws {
        try await self.terminal.channel.write(Array(text.utf8))
    }

    func ask(_ question: String, priority: LinkPriority = .run) async throws(DeviceError) -> String {
        let line = try await self.link.exchange(question, priority: priority) { exchange throws(DeviceError) in
            try await exchange.write(Array((question + "\n").utf8))
            return try await exchange.readLine()
        }
        return String(decoding: line, as: UTF8.self)
    }

    static func error(_ body: () async throws -> some Any) async -> DeviceError? {
        do {
            _ = try await body()
            return nil
        } catch {
            return error as? DeviceError
        }
    }
}
