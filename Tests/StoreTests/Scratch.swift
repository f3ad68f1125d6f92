import Foundation
import Protocols
import Store
import Synchronization

/// A state directory of its own for one test. All are removed when the tests have run.
struct Scratch: Sendable {
    let path: String

    init() throws {
        self.path = Self.parent + "/" + UUID().uuidString
    }

    private static let parent: String = {
        atexit { try? FileManager.default.removeItem(atPath: Scratch.parent) }
        return NSTemporaryDirectory() + "edge-agent-store-\(ProcessInfo.processInfo.processIdentifier)"
    }()

    func directory() throws -> StateDirectory { try StateDirectory(path: self.path) }
    func journal() throws -> Journal { try Journal(in: self.directory()) }
    func url(_ name: String) -> URL { URL(fileURLWithPath: self.path + "/" + name) }
}

/// A number that a test changes while others read it.
final class Figure: Sendable {
    private let state: Mutex<Double>
    init(_ value: Double) { self.state = Mutex(value) }
    var value: Double {
        get { self.state.withLock(\.self) }
        set { self.state.withLock { $0 = newValue } }
    }
}

extension Journal {
    /// - Parameter size: bytes that the payload has at least.
    func makeResult(
        request: String = "5b528d65-5efe-4ae4-8411-6597776a40c5", value: Double = 1, size: Int = 0
    ) -> NewResult {
        let id = self.ids.make()
        return NewResult(
            id: id, requestID: request, quantity: "conductivity", method: "two_electrode",
            payload: [
                "data": ["value": .number(value), "fill": .string(String(repeating: "x", count: size))],
                "request_uuid": .string(request),
            ],
            sha256: String(repeating: "a", count: 64))
    }

    func makeRun(request: String = "5b528d65-5efe-4ae4-8411-6597776a40c5") async throws -> UUIDv7 {
        try await self.createRun(
            request: ["uuid": .string(request)], requestID: request, quantity: "conductivity",
            method: "two_electrode")
    }
}
