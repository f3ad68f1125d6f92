public import Analysis
public import Protocols

/// `viscosity/rolling_ball_viscometry`, in mPa·s: the viscometer stands behind the densimeter and is filled with it. The
/// density that its formula needs travels inside the result.
public struct RollingBallViscometry: Method {
    public let quantity = "viscosity"
    public let name = "rolling_ball_viscometry"
    private let run: DensimetryRun

    public init(_ lab: LabModel, _ cell: DensimeterCell, _ settings: DensimetrySettings) {
        self.run = DensimetryRun(lab: lab, cell: cell, settings: settings, needsViscosity: true)
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
