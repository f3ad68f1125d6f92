import DeviceKit
import GRPCCore
import SiLA2
import SwiftProtobuf

/// `PumpUnitController`.
struct PumpUnitService: UnitPumpUnitController.SimpleServiceProtocol {
    let state: PumpServerState

    func setFlowUnit(
        request: UnitSetFlowUnit_Parameters, context: ServerContext
    ) async throws -> UnitSetFlowUnit_Responses {
        try await self.state.gate(context)
        let volume = request.flowUnit.volumeUnit.volumeUnit.value
        let time = request.flowUnit.timeUnit.timeUnit.value
        guard PumpUnits.isVolume(volume), PumpUnits.isTime(time) else {
            throw SiLARefusal.parameter(
                "\(SiLAFeature.units)/Command/SetFlowUnit/Parameter/FlowUnit",
                "There is no flow unit \(volume)/\(time).")
        }
        await self.state.set {
            $0.flowVolume = volume
            $0.flowTime = time
        }
        return .init()
    }

    func setVolumeUnit(
        request: UnitSetVolumeUnit_Parameters, context: ServerContext
    ) async throws -> UnitSetVolumeUnit_Responses {
        try await self.state.gate(context)
        let volume = request.volumeUnit.volumeUnit.value
        guard PumpUnits.isVolume(volume) else {
            throw SiLARefusal.parameter(
                "\(SiLAFeature.units)/Command/SetVolumeUnit/Parameter/VolumeUnit", "There is no volume unit \(volume).")
        }
        await self.state.set { $0.volume = volume }
        return .init()
    }

    func subscribe_FlowUnit(
        request: UnitSubscribe_FlowUnit_Parameters, response: RPCWriter<UnitSubscribe_FlowUnit_Responses>,
        context: ServerContext
    ) async throws {
        try await self.state.stream(to: response) {
            $0?.units ?? PumpUnits()
        } answer: { units in
            .with {
                $0.flowUnit.volumeUnit.volumeUnit.value = units.flowVolume
                $0.flowUnit.timeUnit.timeUnit.value = units.flowTime
            }
        }
    }

    func subscribe_VolumeUnit(
        request: UnitSubscribe_VolumeUnit_Parameters, response: RPCWriter<UnitSubscribe_VolumeUnit_Responses>,
        context: ServerContext
    ) async throws {
        try await self.state.stream(to: response) {
            ($0?.units ?? PumpUnits()).volume
        } answer: { volume in
            .with { $0.volumeUnit.volumeUnit.value = volume }
        }
    }
}

/// `SyringeConfigurationController`.
struct SyringeService: SyringeSyringeConfigurationController.SimpleServiceProtocol {
    let state: PumpServerState

    func setSyringeParameters(
        request: SyringeSetSyringeParameters_Parameters, context: ServerContext
    ) async throws -> SyringeSetSyringeParameters_Responses {
        try await self.state.gate(context)
        let diameter = request.innerDiameter.value
        let stroke = request.maxPistonStroke.value
        for (value, parameter) in [(diameter, "InnerDiameter"), (stroke, "MaxPistonStroke")]
        where !(value > 0 && value.isFinite) {
            throw SiLARefusal.parameter(
                "\(SiLAFeature.syringe)/Command/SetSyringeParameters/Parameter/\(parameter)",
                "The \(parameter) must be above 0 mm.")
        }
        await self.state.act {
            await $0.configure(innerDiameter: Length(diameter, .millimetre), stroke: Length(stroke, .millimetre))
        }
        return .init()
    }

    func subscribe_InnerDiameter(
        request: SyringeSubscribe_InnerDiameter_Parameters,
        response: RPCWriter<SyringeSubscribe_InnerDiameter_Responses>, context: ServerContext
    ) async throws {
        try await self.state.stream(to: response) {
            $0?.model.innerDiameter.in(.millimetre) ?? 0
        } answer: { value in
            .with { $0.innerDiameter.value = value }
        }
    }

    func subscribe_MaxPistonStroke(
        request: SyringeSubscribe_MaxPistonStroke_Parameters,
        response: RPCWriter<SyringeSubscribe_MaxPistonStroke_Responses>, context: ServerContext
    ) async throws {
        try await self.state.stream(to: response) {
            $0?.model.stroke.in(.millimetre) ?? 0
        } answer: { value in
            .with { $0.maxPistonStroke.value = value }
        }
    }
}
