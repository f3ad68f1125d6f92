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
    /// The runs that were ended by it.
    public var runs: [String]

    init(_ laboratory: Laboratory, failures: [DeviceError], runs: [String] = []) {
        let failed = Set(failures.map(\.device))
        self.stopped = laboratory.devices.map(\.name).filter { !failed.contains($0) }
        self.failures = failures.map { Failure(device: $0.device, error: $0.description) }
            .sorted { $0.device < $1.device }
        self.runs = runs
    }
}

extension Laboratory {
    /// Stops every device, with no agent in between. Those that can be plugged in have to be found first; the others do
    /// not wait for that.
    public func haltReport() async -> HaltReport {
        let names = Set(self.plugged.flatMap(\.devices).map(\.name))
        async let others = self.halt { !names.contains($0) }
        let failures = await self.haltPlugged(names)
        return HaltReport(self, failures: await others + failures)
    }

    private func haltPlugged(_ names: Set<String>) async -> [DeviceError] {
        do {
            return try await self.findingPlugged(within: .seconds(3)) { _ in await self.halt(where: names.contains) }
        } catch {
            return names.map {
                DeviceError(.absent, device: $0, command: "stop", "\(error)", advice: "Stop it by hand.")
            }
        }
    }
}
