public import DeviceKit

/// How one device answered.
public struct DeviceReport: Sendable, Hashable, Codable {
    public var device: String
    /// `syringe pump`, `rotary valve`, `relay`, `potentiostat`, `densimeter`, or `device` for one of
    /// which its profile says everything.
    public var kind: String
    public var state: DeviceState
    /// Where it is plugged in, `/dev/ttyUSB0`; nil for devices that cannot be plugged.
    public var node: String?
    public var identity: DeviceIdentity?
    /// What it reads now: fill level, port, whether the relay is energised.
    public var reading: String?
    /// Which port a rotary valve stands at.
    public var port: Int?
    /// Why it cannot be used, and what to do.
    public var error: String?

    public var isReady: Bool { self.error == nil }
}

extension Laboratory {
    /// Asks all devices at once who they are and how they stand; moves nothing.
    ///
    /// - Parameters:
    ///   - standings: of those that can be plugged in; what is not ready is not asked.
    ///   - onReport: called for each as it answers.
    /// - Returns: by name.
    public func reports(
        standings: [String: DeviceStanding] = [:], onReport: @Sendable (DeviceReport) -> Void = { _ in }
    ) async -> [DeviceReport] {
        await withTaskGroup(of: DeviceReport.self) { group in
            for pump in self.pumps.values {
                group.addTask {
                    await pump.report("syringe pump", standings) { () throws(DeviceError) in
                        try await pump.status().words
                    }
                }
            }
            for valve in self.valves.values {
                group.addTask {
                    var port: Int?
                    var report = await valve.report("rotary valve", standings) { () throws(DeviceError) in
                        port = try await valve.position()
                        return port.map { "at port \($0)" }
                    }
                    report.port = port
                    return report
                }
            }
            for relay in self.relays.values {
                group.addTask {
                    await relay.report("relay", standings) { () throws(DeviceError) in
                        try await relay.isEnergised() ? "energised" : "released"
                    }
                }
            }
            for potentiostat in self.potentiostats.values {
                group.addTask { await potentiostat.report("potentiostat", standings) { nil } }
            }
            for densimeter in self.densimeters.values {
                group.addTask { await densimeter.report("densimeter", standings) { nil } }
            }
            for device in self.described.values where self.relays[device.name] == nil {
                group.addTask {
                    await device.report("device", standings) { () throws(DeviceError) in
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
        _ kind: String, _ standings: [String: DeviceStanding], read: () async throws(DeviceError) -> String?
    ) async -> DeviceReport {
        let standing = standings[self.name]
        var report = DeviceReport(device: self.name, kind: kind, state: .ready, node: standing?.node)
        if let standing, standing.state != .ready {
            report.state = standing.state
            report.error = standing.reason
            return report
        }
        do throws(DeviceError) {
            report.identity = try await self.identify()
            report.reading = try await read()
        } catch {
            report.state = DeviceState(after: error)
            report.error = error.description
        }
        return report
    }
}

extension SyringePumpStatus {
    /// What it holds, and what is not in order.
    var words: String {
        let doubts = [
            self.isFaulted ? "faulted" : nil, self.isEnabled ? nil : "not enabled",
            self.isReferenced ? nil : "not referenced",
        ].compactMap(\.self)
        return (["holds \(self.fillLevel)"] + doubts).joined(separator: ", ")
    }
}

extension DeviceState {
    fileprivate init(after error: DeviceError) {
        switch error.code {
        case .absent, .timedOut: self = .absent
        case .busy: self = .busy
        case .unsafe: self = .unsafe
        default: self = .faulted
        }
    }
}
