import DeviceKit
import GRPCCore
import SiLA2
import SwiftProtobuf

/// `PumpFluidDosingService`.
struct PumpDosingService: DosingPumpFluidDosingService.SimpleServiceProtocol {
    let state: PumpServerState

    func setFillLevel(
        request: DosingSetFillLevel_Parameters, context: ServerContext
    ) async throws -> SiLACommandConfirmation {
        try await self.state.gate(context)
        try self.require(request.hasFillLevel, "SetFillLevel", "FillLevel")
        try self.require(request.hasFlowRate, "SetFillLevel", "FlowRate")
        return await self.state.begin(.setFillLevel(request.fillLevel.value, flow: request.flowRate.value))
    }

    func doseVolume(
        request: DosingDoseVolume_Parameters, context: ServerContext
    ) async throws -> SiLACommandConfirmation {
        try await self.state.gate(context)
        try self.require(request.hasVolume, "DoseVolume", "Volume")
        try self.require(request.hasFlowRate, "DoseVolume", "FlowRate")
        return await self.state.begin(.doseVolume(request.volume.value, flow: request.flowRate.value))
    }

    func generateFlow(
        request: DosingGenerateFlow_Parameters, context: ServerContext
    ) async throws -> SiLACommandConfirmation {
        try await self.state.gate(context)
        try self.require(request.hasFlowRate, "GenerateFlow", "FlowRate")
        return await self.state.begin(.generateFlow(request.flowRate.value))
    }

    func stopDosage(
        request: DosingStopDosage_Parameters, context: ServerContext
    ) async throws -> DosingStopDosage_Responses {
        try await self.state.gate(context)
        await self.state.stopDosage()
        return .init()
    }

    func setFillLevel_Info(
        request: SiLACommandExecutionUUID, response: RPCWriter<SiLAExecutionInfo>, context: ServerContext
    ) async throws { try await self.state.writeInfos(of: request, to: response) }

    func doseVolume_Info(
        request: SiLACommandExecutionUUID, response: RPCWriter<SiLAExecutionInfo>, context: ServerContext
    ) async throws { try await self.state.writeInfos(of: request, to: response) }

    func generateFlow_Info(
        request: SiLACommandExecutionUUID, response: RPCWriter<SiLAExecutionInfo>, context: ServerContext
    ) async throws { try await self.state.writeInfos(of: request, to: response) }

    func setFillLevel_Result(
        request: SiLACommandExecutionUUID, context: ServerContext
    ) async throws -> DosingSetFillLevel_Responses {
        try await self.state.checkResult(of: request.value)
        return .init()
    }

    func doseVolume_Result(
        request: SiLACommandExecutionUUID, context: ServerContext
    ) async throws -> DosingDoseVolume_Responses {
        try await self.state.checkResult(of: request.value)
        return .init()
    }

    func generateFlow_Result(
        request: SiLACommandExecutionUUID, context: ServerContext
    ) async throws -> DosingGenerateFlow_Responses {
        try await self.state.checkResult(of: request.value)
        return .init()
    }

    func subscribe_MaxSyringeFillLevel(
        request: DosingSubscribe_MaxSyringeFillLevel_Parameters,
        response: RPCWriter<DosingSubscribe_MaxSyringeFillLevel_Responses>, context: ServerContext
    ) async throws {
        try await self.state.stream(to: response) {
            $0.map { $0.units.value($0.model.capacity) }
        } answer: { value in
            .with { $0.maxSyringeFillLevel.value = value ?? 0 }
        }
    }

    func subscribe_SyringeFillLevel(
        request: DosingSubscribe_SyringeFillLevel_Parameters,
        response: RPCWriter<DosingSubscribe_SyringeFillLevel_Responses>, context: ServerContext
    ) async throws {
        try await self.state.stream(to: response) {
            $0.map { $0.units.value($0.model.fillLevel) }
        } answer: { value in
            .with { $0.syringeFillLevel.value = value ?? 0 }
        }
    }

    func subscribe_MaxFlowRate(
        request: DosingSubscribe_MaxFlowRate_Parameters,
        response: RPCWriter<DosingSubscribe_MaxFlowRate_Responses>, context: ServerContext
    ) async throws {
        try await self.state.stream(to: response) {
            $0.map { $0.units.value($0.model.maximumFlow) }
        } answer: { value in
            .with { $0.maxFlowRate.value = value ?? 0 }
        }
    }

    /// The magnitude: real servers divide target volume by it to get a duration.
    func subscribe_FlowRate(
        request: DosingSubscribe_FlowRate_Parameters,
        response: RPCWriter<DosingSubscribe_FlowRate_Responses>, context: ServerContext
    ) async throws {
        try await self.state.stream(to: response) {
            $0.map { $0.units.value($0.model.flow.magnitude) }
        } answer: {
            value in
            .with { $0.flowRate.value = value ?? 0 }
        }
    }

    private func require(_ isPresent: Bool, _ command: String, _ parameter: String) throws(SiLARefusal) {
        guard !isPresent else { return }
        throw .parameter(
            "\(SiLAFeature.dosing)/Command/\(command)/Parameter/\(parameter)", "The parameter \(parameter) is missing.")
    }
}

extension PumpServerState {
    nonisolated func writeInfos(
        of execution: SiLACommandExecutionUUID, to writer: RPCWriter<SiLAExecutionInfo>
    ) async throws {
        for await info in try await self.infos(of: execution.value) { try await writer.write(info) }
    }
}
