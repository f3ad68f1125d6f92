import Analysis
import DeviceKit
import Foundation
import Methods
import Protocols

/// The example lab of this repository, as methods see it.
struct ExampleLab {
    let model: LabModel
    let conductivity: TwoElectrodeConductivity
    let electrolyte: ElectrolyteFlow
    let situation: LabSituation
    let sample = SampleIdentity(request: "r", id: "00000000-0000-4000-8000-000000000001", date: "2026-11-23")

    static let lithiumSalt: InChIKey = "AXPLOJNSKRXQPA-UHFFFAOYSA-N"
    static let ethyleneCarbonate: InChIKey = "KMTRUDSVKNLOMY-UHFFFAOYSA-N"
    static let ethylMethylCarbonate: InChIKey = "JBTWLSYIZRCDFO-UHFFFAOYSA-N"

    init() {
        do {
            try self.init(
                folder: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                    .deletingLastPathComponent().appending(path: "labs/asab"))
        } catch {
            fatalError("the example lab cannot be read: \(error)")
        }
    }

    private init(folder: URL) throws {
        func text(_ name: String) throws -> String {
            try String(contentsOf: folder.appending(path: name), encoding: .utf8)
        }
        let table = try StockTable(
            chemicals: text("chemicals.csv"), chemicalsFile: "chemicals.csv", stocks: text("stock-solutions.csv"),
            stocksFile: "stock-solutions.csv")
        let graph = try TubingGraph(
            nodes: CSVTable(text("nodes.csv"), file: "nodes.csv"),
            catalogue: CSVTable(text("edges.csv"), file: "edges.csv"),
            tubing: CSVTable(text("tubing.csv"), file: "tubing.csv"))
        let flow = FlowRate(0.05, .millilitrePerSecond)
        let handling = LiquidHandlingSettings(
            waste: "waste_1", solvent: "Solvent", solventVolume: Volume(1, .litre),
            reservoirReserve: Volume(1, .millilitre), cleaningPump: "F0.0", mixer: "M1.0", sampleNode: "V7.0",
            gas: .init(source: "pressurizedGas", relay: "gas", valve: "ArdV_0_1"),
            blowOut: .init(open: .seconds(4), rest: .seconds(2), repeats: 3),
            dry: .init(open: .seconds(60), rest: .seconds(30), repeats: 2),
            vials: (1...8).map { "vial_\($0)" }, vialVolume: Volume(10, .millilitre), flow: flow, fillFlow: flow,
            fillSettle: .seconds(200), settle: .seconds(10), branchPrime: Volume(0.12, .millilitre), flushFactor: 3,
            rinseSettle: .seconds(60), doseUncertainty: 0.005)
        let syringe = LabModel.Syringe(
            capacity: Volume(9.99998, .millilitre),
            flowRange: FlowRate(0.00017367, .millilitrePerSecond)...FlowRate(1.055, .millilitrePerSecond))
        let temperature = Measured(Temperature(299.65, .kelvin), uncertainty: Temperature(0.1, .kelvin))
        let cell = ConductivityCell(
            instrument: "electrochemistry", potentiostat: "potentiostat", sampleVolume: Volume(0.5, .millilitre),
            constant: Measured(CellConstant(1, .perCentimetre), uncertainty: CellConstant(0.005, .perCentimetre)),
            constantDetermined: "2026-10-05",
            temperature: ConfiguredTemperature(reading: temperature, readAt: 1_795_464_000, maximumAge: .seconds(86400))
        )
        let settings = ConductivitySettings(
            repeats: 3, temperatureTolerance: Temperature(1, .kelvin),
            sweep: ImpedanceSweep(
                highest: Frequency(100, .kilohertz), lowest: Frequency(100, .hertz), pointCount: 31,
                amplitude: Voltage(10, .millivolt), currentRange: Current(1, .microampere)...Current(10, .milliampere)))
        let vials = ElectrolyteSettings(smallestVolume: Volume(1, .millilitre), largestVolume: Volume(8, .millilitre))
        self.model = try LabModel(
            address: "Example laboratory", machine: "ASAB", table: table, router: Router(graph), handling: handling,
            syringes: Dictionary(uniqueKeysWithValues: "ABCDEF".map { ("\($0)0.0", syringe) }), cell: cell,
            conductivity: settings, electrolyte: vials)
        self.conductivity = TwoElectrodeConductivity(self.model, settings)
        self.electrolyte = ElectrolyteFlow(self.model, vials)
        self.situation = LabSituation(
            fluid: try FluidState(describing: self.model), cellTemperature: temperature, temperatureAge: .zero)
    }

    /// LiPF6 at `molality` mol/kg in EC:EMC 3:7 by mass.
    func composition(_ molality: Double) throws -> Composition {
        try Composition(
            molalities: [Self.lithiumSalt: molality],
            solventMasses: [Self.ethyleneCarbonate: 3, Self.ethylMethylCarbonate: 7], using: self.model.table)
    }

    func formulation(_ molality: Double) throws -> JSONValue {
        try self.composition(molality).json(using: self.model.table)
    }

    func components(_ molality: Double) throws -> [FormulationComponent] {
        try self.composition(molality).moleFractions.map { FormulationComponent($0.key, $0.value, .molPerMol) }
    }
}
