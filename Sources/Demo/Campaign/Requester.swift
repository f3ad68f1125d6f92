import Protocols
import Uplink

/// Who asks for the samples, and afterwards looks at the broker what became of the requests.
struct Requester: Sendable {
    static let user = "requester"
    /// As a tenant; none of the lab's.
    static let tenant = "0b0c7b6e-52a1-4f0e-9f5d-6c1f2a7d9e31"

    private let client: FinalesClient

    init(brokerURL: String, passwordFile: String) throws(DemonstrationFailure) {
        guard let address = BrokerAddress(parsing: brokerURL) else {
            throw DemonstrationFailure(69, "the broker's address \(brokerURL) is none")
        }
        self.client = FinalesClient(
            address: address, credentials: BrokerCredentials(user: Self.user, passwordFile: passwordFile))
    }

    /// Posts all requests in order and returns their ids.
    func post(_ requests: [DemoRequest]) async throws -> [String] {
        var ids: [String] = []
        for request in requests { ids.append(try await self.client.postRequest(request.json(by: Self.tenant))) }
        return ids
    }

    /// All requests of these ids that the broker knows.
    func requests(_ ids: [String]) async throws -> [RequestInfo] {
        var infos: [RequestInfo] = []
        for id in ids { if let info = try await self.client.request(id) { infos.append(info) } }
        return infos
    }

    /// All results that the broker has for any request.
    func results() async throws -> [ResultInfo] { try await self.client.results().filter { $0.status != .deleted } }

    func close() async { await self.client.close() }
}
