public import DeviceKit

/// How one device answered.
public struct DeviceReport: Sendable, Hashable, Codable {
    public var device: String
    /// `syringe pump`, `rotary valve`, `relay`, `potentiostat`, or `device` for one of which its profile says everything.
    public var kind: String
    public var identity: DeviceIdentity?
    /// What it reads now: fill level, port, whether the relay is energised.
    public var reading: String?
    /// Why it cannot be used, and what to do.
    public var error: String?

    public var isReady: Bool { self.error == nil }
}

extension Laboratory {
    /// Asks all devices at once who they are and how they stand; moves nothing.
    ///
    /// - Parameter onReport: called for each as it answers.
    /// - Returns: by name.
    public func reports(onReport: @Sendable (DeviceReport) -> Void = { _ in }) async -> [DeviceReport] {
        await withTaskGroup(of: DeviceReport.self) { group in
            for pump in self.pumps.values {
                group.addTask {
                    await pump.report("syringe pump") { () throws(DeviceError) in
                        let status = try await pump.status()
                        let doubts = [
                            status.isFaulted ? "faulted" : nil, status.isEnabled ? nil : "not enabled",
                            status.isReferenced ? nil : "not referenced",
                        ].compactMap(\.self)
                        return (["holds \(status.fillLevel)"] + doubts).joined(separator: ", ")
                    }
                }
            }
            for valve in self.valves.values {
                group.addTask {
                    await valve.report("rotary valve") { () throws(DeviceError) in
                        "at port \(try await valve.position())"
                    }
                }
            }
            for relay in self.relays.values {
                group.addTask {
                    await relay.report("relay") { () throws(DeviceError) in
                        try await relay.isEnergised() ? "energised" : "released"
                    }
                }
            }
            for potentiostat in self.potentiostats.values {
                group.addTask { await potentiostat.report("potentiostat") { nil } }
            }
            for device in self.described.values where self.relays[device.name] == nil {
                group.addTask {
                    await device.report("device") { () throws(DeviceError) in
                        let names = device.states.filter { $0.poll != nil }.map(\.name)
                        let values = try await device.read(names)
                        return names.compactMap { name in values[name].map { "\(name) \($0)" } }.joined(separator: ", ")
                    }
                }
            }
            var reports: [DeviceReport] = []
            for await report in group {
                onReport(report)
                reports.append(report)
            }
            return reports.sorted { $0.device < $1.device }
        }
    }
}

extension Device {
    fileprivate func report(
        _ kind: String, read: () async throws(DeviceError) -> String?
    ) async -> DeviceReport {
        var report = DeviceReport(device: self.name, kind: kind)
        do throws(DeviceError) {
            report.identity = try await self.identify()
            report.reading = try await read()
        } catch {
            report.error = error.description
        }
        return report
    }
}
