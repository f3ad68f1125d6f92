import GRPCCore
import SiLA2
import SwiftProtobuf

/// Who a simulated server says it is.
struct ServerPresentation: Sendable {
    let name: String
    let type: String
    let features: [FeatureDescription]

    /// A version 4-shaped UUID made from the name (FNV-1a, twice).
    var uuid: String {
        func hash(_ seed: UInt64) -> UInt64 {
            self.name.utf8.reduce(seed) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        }
        let high = hash(0xCBF2_9CE4_8422_2325) & ~0xF000 | 0x4000
        let low = hash(0x6C62_272E_07BB_0142) & ~(3 << 62) | 2 << 62
        let digits = [high, low].flatMap { value in
            stride(from: 60, through: 0, by: -4).map { Array("0123456789abcdef")[Int(value >> UInt64($0) & 15)] }
        }
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
    }
}

/// `SiLAService`: name, type and features of the server.
struct PresentationService: ServiceSiLAService.SimpleServiceProtocol {
    let presentation: ServerPresentation

    func getFeatureDefinition(
        request: ServiceGetFeatureDefinition_Parameters, context: ServerContext
    ) async throws -> ServiceGetFeatureDefinition_Responses {
        let wanted = request.featureIdentifier.value
        guard let feature = self.presentation.features.first(where: { $0.identifier == wanted }) else {
            throw SiLARefusal.defined(
                SiLAFeature.service, "UnimplementedFeature", "Feature \(wanted) is not implemented here.")
        }
        return .with { $0.featureDefinition.value = feature.xml }
    }

    func setServerName(
        request: ServiceSetServerName_Parameters, context: ServerContext
    ) async throws -> ServiceSetServerName_Responses {
        throw SiLARefusal.undefined("The name of a simulated server is fixed.")
    }

    func get_ServerName(
        request: ServiceGet_ServerName_Parameters, context: ServerContext
    ) async throws -> ServiceGet_ServerName_Responses { .with { $0.serverName.value = self.presentation.name } }

    func get_ServerType(
        request: ServiceGet_ServerType_Parameters, context: ServerContext
    ) async throws -> ServiceGet_ServerType_Responses { .with { $0.serverType.value = self.presentation.type } }

    func get_ServerUUID(
        request: ServiceGet_ServerUUID_Parameters, context: ServerContext
    ) async throws -> ServiceGet_ServerUUID_Responses { .with { $0.serverUuid.value = self.presentation.uuid } }

    func get_ServerDescription(
        request: ServiceGet_ServerDescription_Parameters, context: ServerContext
    ) async throws -> ServiceGet_ServerDescription_Responses {
        .with { $0.serverDescription.value = "Simulated \(self.presentation.type)" }
    }

    func get_ServerVersion(
        request: ServiceGet_ServerVersion_Parameters, context: ServerContext
    ) async throws -> ServiceGet_ServerVersion_Responses { .with { $0.serverVersion.value = "1.10.0_simulated" } }

    func get_ServerVendorURL(
        request: ServiceGet_ServerVendorURL_Parameters, context: ServerContext
    ) async throws -> ServiceGet_ServerVendorURL_Responses {
        .with { $0.serverVendorURL.value = "https://www.cetoni.com" }
    }

    func get_ImplementedFeatures(
        request: ServiceGet_ImplementedFeatures_Parameters, context: ServerContext
    ) async throws -> ServiceGet_ImplementedFeatures_Responses {
        .with { answer in
            answer.implementedFeatures = self.presentation.features.map { feature in
                .with { $0.value = feature.identifier }
            }
        }
    }
}
