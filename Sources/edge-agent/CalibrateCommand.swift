import ArgumentParser
import Demo
import DeviceKit
import EdgeAgent
import Methods
import Protocols

struct CalibrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate", abstract: "Have the running agent determine something about the lab itself.",
        discussion: """
            A calibration is a run: it takes the lab, and asks for what hands have to do by `edge-agent prompts`. What it \
            found is used and shown with the next results; see `edge-agent calibrations`.
            """,
        subcommands: [CellConstant.self, Densimeter.self, LineVolume.self])

    struct CellConstant: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The constant of the conductivity cell by a potassium chloride standard, filled in by hand.")

        @Option(help: "Molality of the standard: 0.01, 0.1 or 1 mol/kg. Bottles made up by volume are others.")
        var standard = "0.1 mol/kg"

        @Option(help: "Lot of the standard, as its bottle says.")
        var lot: String

        @Option(help: "How often it is filled, 1 to 10.")
        var fillings = 3

        @OptionGroup var calibration: CalibrationOptions

        func run() async throws {
            let known = CellConstantDetermination.standards
            guard let standard = known.first(where: { $0 == self.standard || $0 == "\(self.standard) mol/kg" }) else {
                throw ValidationError("“\(self.standard)” is none of \(known.joined(separator: ", "))")
            }
            try await self.calibration.begin(
                .cellConstant(
                    CellConstantDetermination(standard: standard, lot: self.lot, fillings: self.fillings)))
        }
    }

    struct Densimeter: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Whether the densimeter reads water or air right; filled in by hand.")

        @Option(help: "water or air.")
        var standard = "water"

        @Option(help: "One of the densimeter's methods in the lab's description; otherwise the first.")
        var method: String?

        @OptionGroup var calibration: CalibrationOptions

        func run() async throws {
            guard let standard = DensityStandard(rawValue: self.standard) else {
                throw ValidationError("“\(self.standard)” is neither water nor air")
            }
            try await self.calibration.begin(
                .densimeter(DensimeterVerification(standard: standard, method: self.method)))
        }
    }

    struct LineVolume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The volume of the line to the vials by weighing: filled with the solvent, blown out into a vial."
        )

        @Argument(help: "An empty vial.")
        var vial: String

        @Option(
            help: "Density of the solvent at the lab's temperature, with its unit.", transform: Density.init(typed:))
        var density: Density

        @Option(help: "Its standard uncertainty.", transform: Density.init(typed:))
        var densityUncertainty = Density(0.001, .gramPerMillilitre)

        @OptionGroup var calibration: CalibrationOptions

        func run() async throws {
            try await self.calibration.begin(
                .lineVolume(
                    LineVolumeDetermination(
                        vial: self.vial, density: Measured(self.density, uncertainty: self.densityUncertainty))))
        }
    }
}

/// What all calibrations take.
struct CalibrationOptions: ParsableArguments {
    @OptionGroup var agent: AgentSelection
    @OptionGroup var person: PersonOption

    @Flag(help: "Print one JSON object.")
    var json = false

    func begin(_ order: CalibrationOrder) async throws {
        try await reporting {
            try await self.agent.withAgent { access in
                let begun = try await access.ask(.calibrate(order, person: self.person.name))
                if self.json { return StandardStream.output.writeLine(begun.text()) }
                let run = begun["run"]?.string ?? ""
                StandardStream.output.writeLine(
                    "Run \(run) has the lab. It asks for what hands have to do: `edge-agent prompts`.")
            }
        }
    }
}
