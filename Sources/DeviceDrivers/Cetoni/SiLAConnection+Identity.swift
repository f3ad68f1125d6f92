import DeviceKit
import GRPCCore
import SiLA2
import SwiftProtobuf

extension SiLAConnection {
    private typealias Service = ServiceSiLAService.Method

    /// The name under which the server presents itself.
    func serverName(_ command: String) async throws(DeviceError) -> String {
        let answer: Service.Get_ServerName.Output = try await self.ask(
            Service.Get_ServerName.descriptor, Service.Get_ServerName.Input(), command)
        return answer.serverName.value
    }

    func identity() async throws(DeviceError) -> DeviceIdentity {
        let name = try await self.serverName("identify")
        let uuid: Service.Get_ServerUUID.Output = try await self.ask(
            Service.Get_ServerUUID.descriptor, Service.Get_ServerUUID.Input(), "identify")
        let version: Service.Get_ServerVersion.Output = try await self.ask(
            Service.Get_ServerVersion.descriptor, Service.Get_ServerVersion.Input(), "identify")
        return DeviceIdentity(
            vendor: "CETONI", model: name, serialNumber: uuid.serverUuid.value, firmware: version.serverVersion.value)
    }

    /// Makes sure that the server is the one that is meant and has the features `needed`; returns all it has.
    func checkServer(name expected: String?, needed: [String]) async throws(DeviceError) -> Set<String> {
        let name = try await self.serverName("connect")
        if let expected, name != expected {
            throw DeviceError(
                .misconfigured, device: self.device, command: "connect to \(self.endpoint)",
                "the server calls itself “\(name)”, not “\(expected)”",
                advice: "Check the port: CETONI's servers take one port after the other, in the order of the devices.")
        }
        let answer: Service.Get_ImplementedFeatures.Output = try await self.ask(
            Service.Get_ImplementedFeatures.descriptor, Service.Get_ImplementedFeatures.Input(), "connect")
        let features = Set(answer.implementedFeatures.map(\.value))
        let missing = needed.filter { !features.contains($0) }
        guard missing.isEmpty else {
            throw DeviceError(
                .misconfigured, device: self.device, command: "connect to \(self.endpoint)",
                "the server “\(name)” lacks \(missing.joined(separator: ", "))",
                advice: "Check that this port belongs to a device of the right kind.")
        }
        return features
    }

    /// A call that moves nothing.
    func ask<Request: Message, Response: Message>(
        _ method: MethodDescriptor, _ request: Request, metadata: Metadata = [:], _ command: String
    ) async throws(DeviceError) -> Response {
        do {
            return try await self.call(method, request, metadata: metadata)
        } catch {
            throw error.error(device: self.device, command: command)
        }
    }
}
