import DeviceKit
import GRPCCore
import SiLA2
import SwiftProtobuf

/// `ValvePositionController`, of one valve or, with metadata, of one among several.
struct ValveService: ValveValvePositionController.ServiceProtocol {
    let state: ValveServerState
    let isGateway: Bool

    func switchToPosition(
        request: ServerRequest<ValveSwitchToPosition_Parameters>, context: ServerContext
    ) async throws -> ServerResponse<ValveSwitchToPosition_Responses> {
        try await self.state.gate(context)
        let valve = try self.valve(in: request.metadata)
        let last = self.state.positionCounts[valve] - 1
        let identifier = "\(SiLAFeature.valve)/Command/SwitchToPosition/Parameter/Position"
        guard request.message.hasPosition else {
            throw SiLARefusal.parameter(identifier, "The parameter Position is missing.")
        }
        guard let position = Int(exactly: request.message.position.value), (0...last).contains(position) else {
            throw SiLARefusal.parameter(
                identifier, "The position \(request.message.position.value) is not between 0 and \(last).")
        }
        await self.state.turn(valve, to: position)
        return ServerResponse(message: .init())
    }

    func togglePosition(
        request: ServerRequest<ValveTogglePosition_Parameters>, context: ServerContext
    ) async throws -> ServerResponse<ValveTogglePosition_Responses> {
        try await self.state.gate(context)
        let valve = try self.valve(in: request.metadata)
        guard self.state.positionCounts[valve] == 2 else {
            throw SiLARefusal.defined(
                SiLAFeature.valve, "ValveNotToggleable",
                "The valve has \(self.state.positionCounts[valve]) positions.")
        }
        await self.state.turn(valve, to: 1 - self.state.position(valve))
        return ServerResponse(message: .init())
    }

    func get_NumberOfPositions(
        request: ServerRequest<ValveGet_NumberOfPositions_Parameters>, context: ServerContext
    ) async throws -> ServerResponse<ValveGet_NumberOfPositions_Responses> {
        let count = self.state.positionCounts[try self.valve(in: request.metadata)]
        return ServerResponse(message: .with { $0.numberOfPositions.value = Int64(count) })
    }

    func subscribe_Position(
        request: ServerRequest<ValveSubscribe_Position_Parameters>, context: ServerContext
    ) async throws -> StreamingServerResponse<ValveSubscribe_Position_Responses> {
        let valve = try self.valve(in: request.metadata)
        return StreamingServerResponse { writer in
            try await self.state.stream(to: writer) {
                $0[valve]
            } answer: { position in
                .with { $0.position.value = Int64(position) }
            }
            return [:]
        }
    }

    /// The valve that a call means, from 0.
    private func valve(in metadata: Metadata) throws(SiLARefusal) -> Int {
        let header = metadata[binaryValues: SiLAFeature.valveIndexHeader].first { _ in true }
        guard self.isGateway else { return 0 }
        guard let header, let index = try? GatewayMetadata_ValveIndex(serializedBytes: header) else {
            throw .framework(.invalidMetadata, "The metadata ValveIndex is missing or unreadable.")
        }
        guard let valve = Int(exactly: index.valveIndex.value), self.state.positionCounts.indices.contains(valve) else {
            throw .defined(
                SiLAFeature.valveGateway, "InvalidValveIndex",
                "There is no valve \(index.valveIndex.value) among \(self.state.positionCounts.count).")
        }
        return valve
    }
}

/// `ValveGatewayService`.
struct ValveGatewayService: GatewayValveGatewayService.SimpleServiceProtocol {
    let count: Int

    func get_NumberOfValves(
        request: GatewayGet_NumberOfValves_Parameters, context: ServerContext
    ) async throws -> GatewayGet_NumberOfValves_Responses { .with { $0.numberOfValves.value = Int64(self.count) } }

    func get_FCPAffectedByMetadata_ValveIndex(
        request: GatewayGet_FCPAffectedByMetadata_ValveIndex_Parameters, context: ServerContext
    ) async throws -> GatewayGet_FCPAffectedByMetadata_ValveIndex_Responses {
        .with { $0.affectedCalls = [.with { $0.value = SiLAFeature.valve }] }
    }
}
