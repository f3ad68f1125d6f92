import ArgumentParser
import Demo
import DeviceKit
import EdgeAgent

struct StockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stock", abstract: "What bottles, vials and syringes hold, and what was refilled or taken away.",
        subcommands: [List.self, Set.self, Free.self, Empty.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What each bottle, vial and syringe holds, as volume fractions of the stock solutions.",
            discussion: "As the agent remembers it, or, before it first ran, as the lab is described.")

        @OptionGroup var agent: AgentSelection

        @Flag(help: "Print one JSON object.")
        var json = false

        func run() async throws {
            try await reporting {
                let lab = try LabDescription(contentsOf: self.agent.configuration())
                var memory: LabMemory?
                if try AgentAccess.isPresent(in: self.agent.stateDirectory()) {
                    try await self.agent.withAgent { access in memory = try await access.memory() }
                }
                let report = try StockReport(lab.model, remembering: memory)
                if self.json { return try StandardStream.output.writeJSON(report) }
                if !report.remembered {
                    StandardStream.error.writeLine("edge-agent: nothing was moved yet; the lab as described")
                }
                StandardStream.output.write(report.table, orIfEmpty: "The lab has no vessels.")
            }
        }
    }

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "A reservoir or the solvent was refilled.",
            discussion: "For example: edge-agent stock set Reservoir6 50 mL")

        @Argument(help: "The bottle, as `stock list` shows it.")
        var node: String

        @Argument(help: ArgumentHelp("What it holds now, with the unit: mL, µL or L.", valueName: "volume"))
        var volume: [String]

        @OptionGroup var change: StockChangeOptions

        func validate() throws { _ = try self.parsedVolume() }

        func run() async throws {
            try await self.change.note(.refilled(node: self.node, holds: self.parsedVolume()))
        }

        private func parsedVolume() throws -> Volume {
            do throws(QuantityParseError) {
                return try Volume(parsing: self.volume.joined(separator: " "))
            } catch {
                throw ValidationError(error.description)
            }
        }
    }

    struct Free: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "A filled vial was taken away, and an empty one is in its place.")

        @Argument(help: "The vial, as `stock list` shows it.")
        var vial: String

        @OptionGroup var change: StockChangeOptions

        func run() async throws { try await self.change.note(.freed(vial: self.vial)) }
    }

    struct Empty: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "A waste bottle or a syringe was emptied.")

        @Argument(help: "The waste, as `stock list` shows it.")
        var node: String

        @OptionGroup var change: StockChangeOptions

        func run() async throws { try await self.change.note(.emptied(node: self.node)) }
    }
}

/// What all changes of stock take.
struct StockChangeOptions: ParsableArguments {
    @OptionGroup var agent: AgentSelection
    @OptionGroup var person: PersonOption

    @Flag(help: "Print one JSON object.")
    var json = false

    /// Has the agent take it over, or its journal where none runs.
    func note(_ correction: StockCorrection) async throws {
        try await reporting {
            let lab = try LabDescription(contentsOf: self.agent.configuration())
            // A wrong name shall not leave a journal behind where there was none.
            if try !AgentAccess.isPresent(in: self.agent.stateDirectory()) {
                try correction.check(against: lab.model)
            }
            try await self.agent.withAgent(mayBegin: true) { access in
                let report: StockCorrectionReport = try await access.ask(
                    .correct(correction, person: self.person.name), in: lab.model)
                if self.json { return try StandardStream.output.writeJSON(report) }
                StandardStream.output.writeLine(
                    "\(report.after.node) holds \(report.after.words); before: \(report.before.words).")
            }
        }
    }
}

extension StockReport {
    fileprivate var table: TextTable {
        var table = TextTable(heading: ["NODE", "KIND", "VOLUME", "OF"], alignments: [.left, .left, .right, .left])
        for place in self.places {
            let gas = place.gas_mL > 0 ? " (and \(Volume(place.gas_mL, .millilitre)) of gas)" : ""
            let content = place.content.isEmpty ? place.stock.map { "\($0) (empty)" } ?? "-" : place.mixture
            table.add([place.node, place.kind.rawValue, "\(Volume(place.volume_mL, .millilitre))", content + gas])
        }
        return table
    }
}
