public import Analysis
public import Protocols

/// `density/vibrating_tube_densimetry`: mixes the formulation, fills the densimeter, and has it measured at the temperature
/// of one of its methods. A viscosity that is measured on the way travels inside the result.
public struct VibratingTubeDensimetry: Method {
    public let quantity = "density"
    public let name = "vibrating_tube_densimetry"
    private let run: DensimetryRun

    public init(_ lab: LabModel, _ cell: DensimeterCell, _ settings: DensimetrySettings) {
        self.run = DensimetryRun(lab: lab, cell: cell, settings: settings, needsViscosity: false)
    }

    public var limitations: JSONValue { self.run.limitations }

    public func prepare(
        _ parameters: JSONValue, sample: SampleIdentity, in situation: LabSituation
    ) throws(RequestRefusal) -> PreparedRun {
        try self.run.prepare(parameters, sample, in: situation)
    }

    public func result(
        of run: PreparedRun, outcomes: [StepOutcome], fluid: FluidState
    ) throws(RequestRefusal) -> MethodResult {
        try self.run.result(of: run, outcomes, self.quantity)
    }
}
