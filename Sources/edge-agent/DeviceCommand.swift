import ArgumentParser
import Demo
import EdgeAgent
import Glibc
import Protocols

struct DeviceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "device", abstract: "Read from a device that its profile describes, or have it do something.",
        usage: """
            edge-agent device NAME                           its states and actions
            edge-agent device NAME read [STATE …]            all states, or some
            edge-agent device NAME do ACTION [NAME=VALUE …]  temperature="25 °C" for example
            edge-agent device PUMP do clear-fault            restore and reference: after a loss of power
            """,
        discussion: """
            What must be true before a pump's drive is switched on or referenced is asked on a terminal, or said with the \
            command, as syringe=removed. Limits and guards of the profile hold as in a run. While a run is under way, only reading is allowed. Ends with \
            exit code 65 for what the device does not have, and 69 if it does not do it.
            """)

    enum Verb: String, ExpressibleByArgument, CaseIterable { case read, `do` }

    @Argument(help: "The device's name in the lab's description.")
    var device: String

    @Argument(help: "read or do.")
    var verb: Verb?

    @Argument(help: "States to read; or the action and its arguments, NAME=VALUE.")
    var words: [String] = []

    @OptionGroup var agent: AgentSelection
    @OptionGroup var place: LabPlace
    @OptionGroup var person: PersonOption

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        try await reporting {
            let answer = try await self.answer(self.confirmed(self.request()))
            guard !self.json else { return StandardStream.output.writeLine(answer.text()) }
            switch self.verb {
            case nil: StandardStream.output.write(Self.table(answer), orIfEmpty: "It has no states and no actions.")
            case .read: StandardStream.output.write(Self.values(answer), orIfEmpty: "It has no states.")
            case .do:
                let faults = (answer["faults"]?.array ?? []).compactMap(\.string)
                for fault in faults { StandardStream.output.writeLine("✘ \(fault)") }
                let reading = answer["reading"]?.string.map { " It \($0)." } ?? ""
                StandardStream.output.writeLine("\(self.device): \(self.words.first ?? "") is done.\(reading)")
                if let next = answer["next"]?.string { StandardStream.output.writeLine(next) }
                if !faults.isEmpty { throw ExitCode(65) }
            }
        }
    }

    private func request() throws -> OperatorRequest {
        switch self.verb {
        case nil: return .describeDevice(self.device)
        case .read: return .readDevice(self.device, states: self.words)
        case .do:
            guard let action = self.words.first else {
                throw ValidationError("what is \(self.device) to do? `edge-agent device \(self.device)` lists it")
            }
            var arguments: [String: String] = [:]
            for word in self.words.dropFirst() {
                let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
                guard parts.count == 2 else { throw ValidationError("“\(word)” is not NAME=VALUE") }
                arguments[parts[0]] = parts[1]
            }
            return .perform(device: self.device, action: action, arguments: arguments, person: self.person.name)
        }
    }

    /// Asks on a terminal for what must be true before, unless it was said with the command.
    private func confirmed(_ request: OperatorRequest) async throws -> OperatorRequest {
        guard case .perform(let device, let name, var arguments, let person) = request, arguments.isEmpty, !self.json,
            isatty(STDIN_FILENO) == 1, StandardStream.output.isTerminal
        else { return request }
        let actions = try await self.answer(.describeDevice(device))["actions"]?.array ?? []
        guard let action = actions.first(where: { $0["name"]?.string == name }), let demand = action["asks"]?.string,
            let condition = action["arguments"]?.array?.first, let key = condition["name"]?.string,
            let word = condition["values"]?.string
        else { return request }
        StandardStream.output.writeLine(demand)
        StandardStream.output.write("The \(key) is … (\(word), or nothing to leave it): ")
        arguments[key] = readLine() ?? ""
        guard arguments[key] == word else { throw OperatorError(.interrupted, "nothing was done") }
        return .perform(device: device, action: name, arguments: arguments, person: person)
    }

    private func answer(_ request: OperatorRequest) async throws -> JSONValue {
        let laboratory = { try self.place.laboratory(self.agent.configuration()) }
        guard AgentAccess.isPresent(in: try self.agent.stateDirectory()) else {
            return try await AgentAccess.askDevices(request, of: laboratory())
        }
        var answer = JSONValue.null
        try await self.agent.withAgent { access in
            answer = try await access.ask(
                request, of: access.isRunning ? nil : laboratory(),
                within: self.verb == .do ? .seconds(7200) : .seconds(30))
        }
        return answer
    }

    private static func table(_ description: JSONValue) -> TextTable {
        var table = TextTable(heading: ["", "NAME", "TAKES"], alignments: [.left, .left, .left])
        for state in description["states"]?.array ?? [] {
            table.add(["state", state["name"]?.string ?? "", state["values"]?.string ?? ""])
        }
        for action in description["actions"]?.array ?? [] {
            let arguments = (action["arguments"]?.array ?? []).map {
                "\($0["name"]?.string ?? "") \($0["values"]?.string ?? "")"
            }
            table.add(["action", action["name"]?.string ?? "", arguments.joined(separator: "; ")])
        }
        return table
    }

    private static func values(_ values: JSONValue) -> TextTable {
        var table = TextTable(heading: ["STATE", "VALUE", "UNIT"], alignments: [.left, .right, .left])
        for (name, one) in values.object ?? [:] {
            table.add([name, one["value"].map { $0.string ?? $0.text() } ?? "-", one["unit"]?.string ?? ""])
        }
        return table
    }
}
