import Store

/// Tells the observer when results have reached the broker.
struct DeliveryReport: Sendable {
    let journal: Journal
    let observe: @Sendable (AgentEvent) -> Void

    func run() async throws {
        var told: Set<UUIDv7> = []
        for item in try await self.journal.outboxPage(state: .delivered) { told.insert(item.id) }
        for await _ in self.journal.outboxSigns() {
            for item in try await self.journal.outboxPage(limit: 1000) where !told.contains(item.id) {
                switch item.state {
                case .delivered:
                    told.insert(item.id)
                    self.observe(.delivered(request: item.requestID, result: item.brokerResultID ?? ""))
                case .quarantined, .conflict:
                    told.insert(item.id)
                    self.observe(.notice("result \(item.id) is in \(item.state.rawValue): \(item.reason)"))
                default: break
                }
            }
        }
    }
}
