import ArgumentParser
import Demo
import DeviceKit
import EdgeAgent

struct DevicesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "devices", abstract: "Ask each device of the lab who it is and how it stands; nothing moves.",
        discussion: """
            On a terminal the table is drawn anew every two seconds until Ctrl-C. Printed once, it ends with exit code 69 \
            if a device cannot be used.
            """)

    @OptionGroup var agent: AgentSelection
    @OptionGroup var place: LabPlace

    @Flag(help: "Print a JSON array; with --watch one JSON object per change.")
    var json = false

    @Flag(help: "Print the table once, on a terminal as well.")
    var once = false

    @Flag(help: "Print a line for each change, until Ctrl-C.")
    var watch = false

    @Flag(help: "Print lines for the lab's description, for every serial device that is plugged in.")
    var suggest = false

    @Option(help: "Folder of the device profiles for --suggest, in place of the description's.", completion: .directory)
    var profiles: String?

    func validate() throws {
        guard !self.suggest || !self.watch && !self.once else {
            throw ValidationError("--suggest goes neither with --watch nor with --once")
        }
        guard self.profiles == nil || self.suggest else { throw ValidationError("--profiles goes with --suggest") }
    }

    func run() async throws {
        try await reporting {
            if self.suggest { return try await self.printSuggestions() }
            if self.watch { return try await self.follow() }
            if !self.json, !self.once, StandardStream.output.isTerminal { return try await self.drawAgainAndAgain() }
            let reports = try await self.reports(showsProgress: StandardStream.error.isTerminal)
            if self.json {
                try StandardStream.output.writeJSON(reports)
            } else {
                StandardStream.output.write(DeviceReport.table(reports), orIfEmpty: "The lab has no devices.")
            }
            let silent = reports.filter { !$0.isReady }.map(\.device)
            guard silent.isEmpty else {
                let names = silent.joined(separator: ", ")
                throw OperatorError(.unavailable, "not ready: \(names); check power, cable and `link` of each")
            }
        }
    }

    // MARK: Again and again

    private func drawAgainAndAgain() async throws {
        while true {
            let reports = try await self.reports()
            StandardStream.output.write("\u{1B}[H\u{1B}[2J")
            StandardStream.output.write(DeviceReport.table(reports), orIfEmpty: "The lab has no devices.")
            try await ContinuousClock().sleep(for: .seconds(2))
        }
    }

    private func follow() async throws {
        var told: [String: DeviceReport] = [:]
        while true {
            for report in try await self.reports() where told[report.device] != report {
                told[report.device] = report
                if self.json {
                    try StandardStream.output.writeJSON(report)
                } else {
                    StandardStream.output.writeLine("\(report.device) \(report.state.rawValue): \(report.now)")
                }
            }
            try await ContinuousClock().sleep(for: .seconds(1))
        }
    }

    // MARK: Asking

    private func reports(showsProgress: Bool = false) async throws -> [DeviceReport] {
        let state = try self.agent.stateDirectory()
        if AgentAccess.isPresent(in: state) {
            // Held until the end: no agent may start while the devices are being asked.
            let access = try await AgentAccess(stateDirectory: state)
            if access.isRunning { return try await access.ask(.devices) }
            let reports = try await self.askDevices(showsProgress)
            try await access.close()
            return reports
        }
        return try await self.askDevices(showsProgress)
    }

    private func askDevices(_ showsProgress: Bool) async throws -> [DeviceReport] {
        let laboratory = try self.place.laboratory(self.agent.configuration())
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

    // MARK: What is plugged in

    private func printSuggestions() async throws {
        let (folder, lab) = try self.knownProfiles()
        let suggestions = try await DeviceSuggestion.all(profiles: folder, lab: lab)
        if self.json { return try StandardStream.output.writeJSON(suggestions) }
        guard !suggestions.isEmpty else {
            return StandardStream.output.writeLine("No serial device is plugged in.")
        }
        for suggestion in suggestions {
            var remarks = ["\(suggestion.node): \(suggestion.title)"]
            if !suggestion.usedBy.isEmpty { remarks.append("used by \(suggestion.usedBy.joined(separator: ", "))") }
            if suggestion.profiles.count > 1 {
                remarks.append("or \(suggestion.profiles.dropFirst().joined(separator: ", "))")
            }
            if let remark = suggestion.remark { remarks.append(remark) }
            StandardStream.output.writeLine("  # \(remarks.joined(separator: "; "))\n  \(suggestion.line)")
        }
    }

    /// Where no description is at hand, what is plugged in can be listed all the same.
    private func knownProfiles() throws -> (folder: String, lab: LabConfiguration?) {
        let file: String
        do {
            file = try self.agent.configuration()
        } catch {
            guard self.agent.config == nil else { throw error }
            return (self.profiles ?? "device-profiles", nil)
        }
        let lab = try LabDescription(contentsOf: file).configuration
        return (self.profiles ?? lab.profilesDirectory, lab)
    }
}

extension DeviceReport {
    fileprivate static func table(_ reports: [DeviceReport]) -> TextTable {
        var table = TextTable(
            heading: ["DEVICE", "KIND", "STATE", "IDENTITY", "NOW"], alignments: [.left, .left, .left, .left, .left])
        for one in reports {
            table.add([one.device, one.kind, one.state.rawValue, one.identity?.words ?? "-", one.now])
        }
        return table
    }

    /// What it reads, or why it cannot be used.
    fileprivate var now: String {
        let reading = self.error ?? self.reading ?? "ready"
        return self.node.map { self.error == nil ? "\(reading), \($0)" : reading } ?? reading
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
