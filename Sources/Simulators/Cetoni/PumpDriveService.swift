import DeviceKit
import GRPCCore
import SiLA2
import SwiftProtobuf

/// `PumpDriveControlService`.
struct PumpDriveService: DrivePumpDriveControlService.SimpleServiceProtocol {
    let state: PumpServerState

    func initializePumpDrive(
        request: DriveInitializePumpDrive_Parameters, context: ServerContext
    ) async throws -> SiLACommandConfirmation {
        try await self.state.gate(context)
        return await self.state.begin(.initialize)
    }

    func initializePumpDrive_Info(
        request: SiLACommandExecutionUUID, response: RPCWriter<SiLAExecutionInfo>, context: ServerContext
    ) async throws { try await self.state.writeInfos(of: request, to: response) }

    func initializePumpDrive_Result(
        request: SiLACommandExecutionUUID, context: ServerContext
    ) async throws -> DriveInitializePumpDrive_Responses {
        try await self.state.checkResult(of: request.value)
        return .init()
    }

    func enablePumpDrive(
        request: DriveEnablePumpDrive_Parameters, context: ServerContext
    ) async throws -> DriveEnablePumpDrive_Responses {
        try await self.state.gate(context)
        await self.state.act { await $0.enable() }
        return .init()
    }

    func disablePumpDrive(
        request: DriveDisablePumpDrive_Parameters, context: ServerContext
    ) async throws -> DriveDisablePumpDrive_Responses {
        try await self.state.gate(context)
        await self.state.act { await $0.disable() }
        return .init()
    }

    func restoreDrivePositionCounter(
        request: DriveRestoreDrivePositionCounter_Parameters, context: ServerContext
    ) async throws -> DriveRestoreDrivePositionCounter_Responses {
        try await self.state.gate(context)
        let counter = Int(request.drivePositionCounterValue.value)
        await self.state.act { await $0.restore(positionCounter: counter) }
        return .init()
    }

    func subscribe_PumpDriveState(
        request: DriveSubscribe_PumpDriveState_Parameters,
        response: RPCWriter<DriveSubscribe_PumpDriveState_Responses>, context: ServerContext
    ) async throws {
        try await self.state.stream(to: response) { values in
            guard let values else { return "Disabled" }
            return values.isInitializing ? "Initializing" : values.model.isEnabled ? "Enabled" : "Disabled"
        } answer: { value in
            .with { $0.pumpDriveState.value = value }
        }
    }

    func subscribe_FaultState(
        request: DriveSubscribe_FaultState_Parameters, response: RPCWriter<DriveSubscribe_FaultState_Responses>,
        context: ServerContext
    ) async throws {
        try await self.state.stream(to: response) {
            $0?.model.isFaulted ?? false
        } answer: { value in
            .with { $0.faultState.value = value }
        }
    }

    func subscribe_DrivePositionCounter(
        request: DriveSubscribe_DrivePositionCounter_Parameters,
        response: RPCWriter<DriveSubscribe_DrivePositionCounter_Responses>, context: ServerContext
    ) async throws {
        try await self.state.stream(to: response) {
            $0?.model.positionCounter ?? 0
        } answer: { value in
            .with { $0.drivePositionCounter.value = Int64(value) }
        }
    }
}
