import ArgumentParser
import Demo
import DeviceKit
import EdgeAgent

struct StockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stock", abstract: "What bottles, vials and syringes hold, and what was refilled or taken away.",
        subcommands: [List.self, Lots.self, Set.self, Load.self, Free.self, Empty.self, Dried.self],
        defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What each bottle, vial and syringe holds, as volume fractions of the stock solutions.",
            discussion: "As the agent remembers it, or, before it first ran, as the lab is described.")

        @OptionGroup var agent: AgentSelection

        @Flag(help: "Print one JSON object.")
        var json = false

        func run() async throws {
            try await reporting {
                let report = try await self.agent.stockReport()
                if self.json { return try StandardStream.output.writeJSON(report) }
                if !report.remembered {
                    StandardStream.error.writeLine("edge-agent: nothing was moved yet; the lab as described")
                }
                StandardStream.output.write(report.table, orIfEmpty: "The lab has no vessels.")
            }
        }
    }

    struct Lots: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The lots of each stock solution, and where what is left of them stands.",
            discussion: "The lot that the lab's table describes has the id of its stock solution.")

        @OptionGroup var agent: AgentSelection

        @Flag(help: "Print one JSON list.")
        var json = false

        func run() async throws {
            try await reporting {
                let lots = try await self.agent.stockReport().lots
                if self.json { return try StandardStream.output.writeJSON(lots) }
                var table = TextTable(
                    heading: ["RESERVOIR", "STOCK", "BATCH", "WEIGHED IN", "IN RESERVOIR", "ELSEWHERE", "ID"],
                    alignments: [.left, .left, .left, .right, .right, .right, .left])
                for lot in lots {
                    table.add([
                        lot.reservoir, lot.stock, lot.batch + (lot.is_in_use ? "" : " (before)"),
                        "\(Mass(lot.mass_g.first ?? 0, .gram))", "\(Volume(lot.in_reservoir_mL, .millilitre))",
                        "\(Volume(lot.elsewhere_mL, .millilitre))", lot.id,
                    ])
                }
                StandardStream.output.write(table, orIfEmpty: "The lab has no stock solutions.")
            }
        }
    }

    struct Load: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "A bottle with another lot of the stock solution stands in a reservoir's place now.",
            discussion: """
                Either --from names a table in the form of the lab's table of stock solutions, of which the row with this \
                reservoir is taken; or the lot was weighed in like the one before, and --batch and --mass say what \
                differs. Before its next use, a syringe that still holds the lot before is emptied into the waste.

                edge-agent stock load Reservoir6 --batch MPGX-26-101 --mass "60.2 g" --density "1.287 g/mL"
                """)

        @Argument(help: "The reservoir, as `stock list` shows it.")
        var node: String

        @Option(help: "Table of stock solutions.", completion: .file())
        var from: String?

        @Option(help: "How the lot is called by its manufacturer.")
        var batch: String?

        @Option(help: "What was weighed in, with its unit.", transform: Mass.init(typed:))
        var mass: Mass?

        @Option(help: "Density, with its unit; otherwise that of the lot before.", transform: Density.init(typed:))
        var density: Density?

        @Option(help: "Who made it; otherwise who made the lot before.")
        var manufacturer: String?

        @Option(help: "When it was made.")
        var date: String?

        @Option(help: "What the reservoir holds of it, if not all, with its unit.", transform: Volume.init(typed:))
        var holds: Volume?

        @OptionGroup var change: StockChangeOptions

        func validate() throws {
            guard
                self.from == nil
                    || (self.batch ?? self.manufacturer ?? self.date) == nil && self.mass == nil
                        && self.density == nil
            else { throw ValidationError("--from says everything of the lot; leave the other options out") }
        }

        func run() async throws {
            try await self.change.note { lab, memory in
                try LotDescription(
                    file: self.from, batch: self.batch, mass: self.mass, density: self.density,
                    manufacturer: self.manufacturer, date: self.date
                ).loading(of: self.node, holding: self.holds, in: lab, after: memory)
            }
        }
    }

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "A reservoir or the solvent was refilled from the same lot.",
            discussion: "For example: edge-agent stock set Reservoir6 50 mL. Another lot is `stock load`.")

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
        static let configuration = CommandConfiguration(
            abstract: "A waste bottle, a reservoir or a syringe was emptied.")

        @Argument(help: "The vessel, as `stock list` shows it.")
        var node: String

        @OptionGroup var change: StockChangeOptions

        func run() async throws { try await self.change.note(.emptied(node: self.node)) }
    }

    struct Dried: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "A cell that held an aqueous standard was rinsed with a water-free solvent and dried by hand.")

        @Argument(help: "The instrument of the cell, as the tubing names it.")
        var cell: String

        @OptionGroup var change: StockChangeOptions

        func run() async throws { try await self.change.note(.dried(cell: self.cell)) }
    }
}

/// What all changes of stock take.
struct StockChangeOptions: ParsableArguments {
    @OptionGroup var agent: AgentSelection
    @OptionGroup var person: PersonOption

    @Flag(help: "Print one JSON object.")
    var json = false

    /// Has the agent take it over, or its journal where none runs.
    func note(_ correction: StockCorrection) async throws { try await self.note { _, _ in correction } }

    /// - Parameter correction: made from what the lab is and what the agent remembers of it.
    func note(_ correction: (LabDescription, LabMemory?) throws -> StockCorrection) async throws {
        try await reporting {
            let lab = try LabDescription(contentsOf: self.agent.configuration())
            // A wrong name shall not leave a journal behind where there was none.
            if try !AgentAccess.isPresent(in: self.agent.stateDirectory()) {
                try correction(lab, nil).check(against: lab.model)
            }
            try await self.agent.withAgent(mayBegin: true) { access in
                let correction = try await correction(lab, access.memory())
                let report: StockCorrectionReport = try await access.ask(
                    .correct(correction, person: self.person.name), in: lab.model)
                if self.json { return try StandardStream.output.writeJSON(report) }
                StandardStream.output.writeLine(
                    "\(report.after.node) holds \(report.after.words); before: \(report.before.words).")
            }
        }
    }
}

extension AgentSelection {
    /// As the agent remembers it, or as the lab is described.
    fileprivate func stockReport() async throws -> StockReport {
        let lab = try LabDescription(contentsOf: self.configuration())
        var memory: LabMemory?
        if try AgentAccess.isPresent(in: self.stateDirectory()) {
            try await self.withAgent { access in memory = try await access.memory() }
        }
        return try StockReport(lab.model, remembering: memory)
    }
}

extension Quantity {
    /// A quantity as it is typed at a terminal.
    init(typed text: String) throws {
        do throws(QuantityParseError) {
            try self.init(parsing: text)
        } catch {
            throw ValidationError(error.description)
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
