import DeviceKit
import GRPCCore
import SiLA2
import SwiftProtobuf
import Testing

@testable import DeviceDrivers

/// Bytes captured from CETONI's own servers.
struct SiLAGoldenBytesTests {
    private func bytes(_ hex: String) -> [UInt8] { hex.split(separator: " ").compactMap { UInt8($0, radix: 16) } }

    private func expect<Value: Message & Equatable>(_ value: Value, _ hex: String) throws {
        let written: [UInt8] = try value.serializedBytes()
        #expect(written == self.bytes(hex))
        let read = try Value(serializedBytes: self.bytes(hex))
        #expect(read == value)
    }

    @Test func `doses are written as captured`() throws {
        try self.expect(
            DosingDoseVolume_Parameters.with {
                $0.volume.value = 0.5
                $0.flowRate.value = 0.25
            }, "0a 09 09 00 00 00 00 00 00 e0 3f 12 09 09 00 00 00 00 00 00 d0 3f")
        let uuid = "01234567-89ab-4cde-8f01-23456789abcd"
        let uuidHex = uuid.utf8.map { String($0, radix: 16) }.joined(separator: " ")
        try self.expect(
            SiLACommandConfirmation.with { $0.commandExecutionUuid.value = uuid }, "0a 26 0a 24 \(uuidHex)")
        try self.expect(SiLACommandExecutionUUID.with { $0.value = uuid }, "0a 24 \(uuidHex)")
    }

    @Test func `the course of an execution is read as captured`() throws {
        try self.expect(SiLAExecutionInfo(), "")
        try self.expect(SiLAExecutionInfo.with { $0.progressInfo.value = 0 }, "12 00")
        try self.expect(
            SiLAExecutionInfo.with {
                $0.progressInfo.value = 0
                $0.estimatedRemainingTime.seconds = 4
            }, "12 00 1a 02 08 04")
        let running = try SiLAExecutionInfo(
            serializedBytes: self.bytes(
                "08 01 12 09 09 00 60 ae 03 5c 0a d0 3f 1a 08 08 03 10 80 ca b5 ee 01"))
        #expect(running.commandStatus == .running)
        #expect(abs(running.progressInfo.value - 0.2506) < 1e-4)
        #expect(running.estimatedRemainingTime.seconds == 3)
        #expect(running.estimatedRemainingTime.nanos == 500_000_000)
        try self.expect(
            SiLAExecutionInfo.with {
                $0.commandStatus = .finishedSuccessfully
                $0.progressInfo.value = 1
                $0.estimatedRemainingTime = SiLADuration()
            }, "08 02 12 09 09 00 00 00 00 00 00 f0 3f 1a 00")
    }

    @Test func `a pump's properties and settings are as captured`() throws {
        let capacity = try DosingSubscribe_MaxSyringeFillLevel_Responses(
            serializedBytes: self.bytes("0a 09 09 1b 55 64 c4 fd ff 23 40"))
        #expect(abs(capacity.maxSyringeFillLevel.value - 9.999983) < 1e-6)
        let fastest = try DosingSubscribe_MaxFlowRate_Responses(
            serializedBytes: self.bytes("0a 09 09 76 8d a4 cb 45 e1 f0 3f"))
        #expect(abs(fastest.maxFlowRate.value - 1.054998) < 1e-6)
        try self.expect(
            UnitSubscribe_FlowUnit_Responses.with {
                $0.flowUnit.volumeUnit.volumeUnit.value = "ml"
                $0.flowUnit.timeUnit.timeUnit.value = "s"
            }, "0a 0f 0a 06 0a 04 0a 02 6d 6c 12 05 0a 03 0a 01 73")
        try self.expect(
            UnitSetFlowUnit_Parameters.with {
                $0.flowUnit.volumeUnit.volumeUnit.value = "ul"
                $0.flowUnit.timeUnit.timeUnit.value = "min"
            }, "0a 11 0a 06 0a 04 0a 02 75 6c 12 07 0a 05 0a 03 6d 69 6e")
        try self.expect(
            UnitSubscribe_VolumeUnit_Responses.with { $0.volumeUnit.volumeUnit.value = "ml" },
            "0a 06 0a 04 0a 02 6d 6c")
        try self.expect(
            SyringeSetSyringeParameters_Parameters.with {
                $0.innerDiameter.value = 4.60659
                $0.maxPistonStroke.value = 60
            }, "0a 09 09 93 52 d0 ed 25 6d 12 40 12 09 09 00 00 00 00 00 00 4e 40")
        try self.expect(
            DriveSubscribe_PumpDriveState_Responses.with { $0.pumpDriveState.value = "Enabled" },
            "0a 09 0a 07 45 6e 61 62 6c 65 64")
        try self.expect(DriveSubscribe_FaultState_Responses.with { $0.faultState.value = false }, "0a 00")
        try self.expect(
            DriveSubscribe_DrivePositionCounter_Responses.with { $0.drivePositionCounter.value = -864_000 },
            "0a 0b 08 80 a2 cb ff ff ff ff ff ff 01")
    }

    @Test func `a valve's positions and metadata are as captured`() throws {
        try self.expect(ValveSwitchToPosition_Parameters.with { $0.position.value = 7 }, "0a 02 08 07")
        try self.expect(ValveSubscribe_Position_Responses.with { $0.position.value = 0 }, "0a 00")
        try self.expect(ValveSubscribe_Position_Responses.with { $0.position.value = 7 }, "0a 02 08 07")
        try self.expect(ValveGet_NumberOfPositions_Responses.with { $0.numberOfPositions.value = 10 }, "0a 02 08 0a")
        try self.expect(GatewayGet_NumberOfValves_Responses.with { $0.numberOfValves.value = 3 }, "0a 02 08 03")
        try self.expect(GatewayMetadata_ValveIndex.with { $0.valveIndex.value = 1 }, "0a 02 08 01")
        try self.expect(GatewayMetadata_ValveIndex.with { $0.valveIndex.value = 0 }, "0a 00")
        let feature = SiLAFeature.valve.utf8.map { String($0, radix: 16) }.joined(separator: " ")
        try self.expect(
            GatewayGet_FCPAffectedByMetadata_ValveIndex_Responses.with {
                $0.affectedCalls = [.with { $0.value = SiLAFeature.valve }]
            }, "0a 2d 0a 2b \(feature)")
        let name = "neMESYS Low Pressure 1 Pump"
        let nameHex = name.utf8.map { String($0, radix: 16) }.joined(separator: " ")
        try self.expect(ServiceGet_ServerName_Responses.with { $0.serverName.value = name }, "0a 1d 0a 1b \(nameHex)")
    }

    @Test func `methods have the captured paths`() {
        #expect(
            DosingPumpFluidDosingService.Method.DoseVolume.descriptor.fullyQualifiedMethod
                == "sila2.de.cetoni.pumps.syringepumps.pumpfluiddosingservice.v1.PumpFluidDosingService/DoseVolume")
        #expect(
            ValveValvePositionController.Method.Subscribe_Position.descriptor.fullyQualifiedMethod
                == "sila2.de.cetoni.valves.valvepositioncontroller.v1.ValvePositionController/Subscribe_Position")
        #expect(
            ServiceSiLAService.Method.Get_ServerName.descriptor.fullyQualifiedMethod
                == "sila2.org.silastandard.core.silaservice.v1.SiLAService/Get_ServerName")
    }

    @Test func `base 64 goes there and back, and nonsense is refused`() {
        var random = SystemRandomNumberGenerator()
        let seed = random.next()
        var generator = SeededGenerator(state: seed)
        for length in 0..<100 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let text = Base64.text(of: bytes)
            #expect(Base64.bytes(of: text) == bytes, "seed \(seed)")
            #expect(Base64.bytes(of: String(text.prefix { $0 != "=" })) == bytes, "seed \(seed)")
        }
        #expect(Base64.text(of: [0x0A, 2, 8, 1]) == "CgIIAQ==")
        #expect(Base64.bytes(of: "CgIIAQ") == [0x0A, 2, 8, 1])
        #expect(Base64.bytes(of: "Method not found!") == nil)
        #expect(Base64.bytes(of: "CgIIA") == nil)
    }

    @Test func `errors of the server are read out of the status message`() throws {
        let missing = self.bytes("22 06 08 03 12 02 6e 6f")
        #expect(
            SiLAFailure(abortedWith: Base64.text(of: missing)) == .framework(.invalidMetadata, message: "no"))
        let failure = SiLAFailure(RPCError(code: .aborted, message: Base64.text(of: self.bytes("1a 04 0a 02 6e 6f"))))
        #expect(failure == .undefined(message: "no"))
        #expect(SiLAFailure(abortedWith: "!!") == .garbled(message: "!!"))
        #expect(SiLAFailure(abortedWith: "") == .garbled(message: ""))
        let absent = SiLAFailure(RPCError(code: .unavailable, message: "gone"))
        #expect(absent.error(device: "d", command: "c").code == .absent)
        #expect(absent.error(device: "d", command: "c", mayHaveMoved: true).code == .unknownOutcome)
        #expect(failure.error(device: "d", command: "c", mayHaveMoved: true).code == .refused)
    }
}

private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64
    /// SplitMix64.
    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
