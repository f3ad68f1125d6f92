import ArgumentParser
import Demo
import DeviceKit
import EdgeAgent

struct DevicesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "devices", abstract: "Ask each device of the lab who it is and how it stands; nothing moves.",
        discussion: "Ends with exit code 69 if one of them does not answer.")

    @OptionGroup var agent: AgentSelection
    @OptionGroup var place: LabPlace

    @Flag(help: "Print a JSON array.")
    var json = false

    func run() async throws {
        try await reporting {
            let reports = try await self.reports()
            if self.json {
                try StandardStream.output.writeJSON(reports)
            } else {
                var table = TextTable(
                    heading: ["DEVICE", "KIND", "IDENTITY", "NOW"], alignments: [.left, .left, .left, .left])
                for one in reports {
                    table.add([one.device, one.kind, one.identity?.words ?? "-", one.error ?? one.reading ?? "ready"])
                }
                StandardStream.output.write(table, orIfEmpty: "The lab has no devices.")
            }
            let silent = reports.filter { !$0.isReady }.map(\.device)
            guard silent.isEmpty else {
                let names = silent.joined(separator: ", ")
                throw OperatorError(.unavailable, "not ready: \(names); check power, cable and `link` of each")
            }
        }
    }

    private func reports() async throws -> [DeviceReport] {
        let state = try self.agent.stateDirectory()
        if AgentAccess.isPresent(in: state) {
            // Held until the end: no agent may start while the devices are being asked.
            let access = try await AgentAccess(stateDirectory: state)
            if access.isRunning { return try await access.ask(.devices) }
            let reports = try await self.askDevices()
            try await access.close()
            return reports
        }
        return try await self.askDevices()
    }

    private func askDevices() async throws -> [DeviceReport] {
        let laboratory = try self.place.laboratory(self.agent.configuration())
        let showsProgress = StandardStream.error.isTerminal
        let reports = try await laboratory.findingPlugged(within: .seconds(5)) { standings in
            await laboratory.reports(standings: standings) { report in
                guard showsProgress else { return }
                StandardStream.error.write(
                    "\r\u{1B}[K\(report.device) \(report.isReady ? "answers" : "does not answer")")
            }
        }
        if showsProgress { StandardStream.error.write("\r\u{1B}[K") }
        return reports
    }
}

extension DeviceIdentity {
    /// Vendor, model, serial number and firmware, as far as known.
    fileprivate var words: String {
        let serial = self.serialNumber.map { "no. \($0)" }
        let firmware = self.firmware.map { "firmware \($0)" }
        return [self.vendor, self.model, serial, firmware].compactMap(\.self).joined(separator: " ")
    }
}
