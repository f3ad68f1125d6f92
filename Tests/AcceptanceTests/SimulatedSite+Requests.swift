import Protocols
import Site
import Testing

extension SimulatedSite {
    /// Asks for a conductivity, as an optimiser does.
    func postRequest() async throws -> String {
        let shown = try #require(JSONValue(parsing: PlanTests.asTheBrokerShowsIt)["request"])
        return try #require(await self.post([FinalesRequest(parsing: shown)]).first)
    }

    /// How many results the broker holds for a request.
    func resultCount(for request: String) async throws -> Int {
        try await self.results().count { $0.result.requestUUID == request }
    }
}
