import DeviceKit

/// What a halt reached.
public struct HaltReport: Sendable, Hashable, Codable {
    public struct Failure: Sendable, Hashable, Codable {
        public var device: String
        /// What came back, and what to do.
        public var error: String
    }

    public var stopped: [String]
    /// What could not be stopped: somebody has to go there.
    public var failures: [Failure]
    /// The run that was ended by it.
    public var run: String?

    init(_ laboratory: Laboratory, failures: [DeviceError], run: String? = nil) {
        let failed = Set(failures.map(\.device))
        self.stopped = laboratory.devices.map(\.name).filter { !failed.contains($0) }
        self.failures = failures.map { Failure(device: $0.device, error: $0.description) }
            .sorted { $0.device < $1.device }
        self.run = run
    }
}

extension Laboratory {
    /// Stops every device, with no agent in between.
    public func haltReport() async -> HaltReport { HaltReport(self, failures: await self.halt()) }
}
