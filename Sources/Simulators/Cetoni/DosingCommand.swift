import DeviceKit
import SiLA2

/// What a client asks a pump for, in the wire's units.
enum DosingCommand: Sendable {
    case setFillLevel(Double, flow: Double)
    case doseVolume(Double, flow: Double)
    case generateFlow(Double)
    case initialize

    /// What the model is to do.
    enum Motion: Sendable {
        case move(to: Volume, at: FlowRate)
        case flow(FlowRate)
        case reference
    }

    /// Checks the parameters as the real server does, which reports a bad one only in the command's result.
    func motion(of state: SyringePumpModelState, units: PumpUnits) -> Result<Motion, SiLARefusal> {
        let slack = state.capacity * 1e-6
        switch self {
        case .setFillLevel(let level, let flow):
            let level = abs(level) < 1e-4 ? .zero : units.volume(level)
            guard let flow = self.allowed(flow, state, units) else { return self.badFlow("SetFillLevel", state, units) }
            guard level.isFinite, level >= .zero, level <= state.capacity + slack else {
                return .failure(
                    .parameter(
                        "\(SiLAFeature.dosing)/Command/SetFillLevel/Parameter/FillLevel",
                        "The fill level must lie between 0 and \(units.value(state.capacity))."))
            }
            return .success(.move(to: min(level, state.capacity), at: flow))
        case .doseVolume(let volume, let flow):
            let goal = state.fillLevel - units.volume(volume)
            guard let flow = self.allowed(flow, state, units) else { return self.badFlow("DoseVolume", state, units) }
            guard goal.isFinite, volume != 0, goal >= .zero - slack, goal <= state.capacity + slack else {
                return .failure(
                    .parameter(
                        "\(SiLAFeature.dosing)/Command/DoseVolume/Parameter/Volume",
                        "The syringe holds \(units.value(state.fillLevel)) of \(units.value(state.capacity))."))
            }
            return .success(.move(to: max(.zero, min(goal, state.capacity)), at: flow))
        case .generateFlow(let flow):
            guard let speed = self.allowed(abs(flow), state, units) else {
                return self.badFlow("GenerateFlow", state, units)
            }
            return .success(.flow(flow < 0 ? -speed : speed))
        case .initialize:
            return .success(.reference)
        }
    }

    private func allowed(_ flow: Double, _ state: SyringePumpModelState, _ units: PumpUnits) -> FlowRate? {
        let flow = units.flow(flow)
        guard flow > .zero, flow <= state.maximumFlow * (1 + 1e-9) else { return nil }
        return min(flow, state.maximumFlow)
    }

    private func badFlow(
        _ command: String, _ state: SyringePumpModelState, _ units: PumpUnits
    ) -> Result<Motion, SiLARefusal> {
        .failure(
            .parameter(
                "\(SiLAFeature.dosing)/Command/\(command)/Parameter/FlowRate",
                "The flow rate must be above 0 and at most \(units.value(state.maximumFlow))."))
    }
}
