import Store

/// Tells the observer when results have reached the broker, or were set aside for an operator.
struct DeliveryReport: Sendable {
    let journal: Journal
    let observe: @Sendable (AgentEvent) -> Void

    func run() async throws {
        let signs = self.journal.outboxSigns()
        var newest: UUIDv7?
        var open: [UUIDv7] = []
        var isFirst = true
        // What was settled before this start is history: it is not told again.
        func look() async throws {
            while case let page = try await self.journal.outboxPage(after: newest), !page.isEmpty {
                open += page.filter { !isFirst || !$0.state.isSettled }.map(\.id)
                newest = page.last?.id
            }
            isFirst = false
            for id in open {
                guard let item = try await self.journal.outboxItem(id), item.state.isSettled else { continue }
                open.removeAll { $0 == id }
                self.tell(item)
            }
        }
        try await look()
        for await _ in signs { try await look() }
    }

    private func tell(_ item: OutboxItem) {
        switch item.state {
        case .delivered: self.observe(.delivered(request: item.requestID, result: item.brokerResultID ?? ""))
        default: self.observe(.notice("result \(item.id) is in \(item.state.rawValue): \(item.reason)"))
        }
    }
}

extension OutboxState {
    /// Whether nothing more happens to it by itself.
    var isSettled: Bool { self == .delivered || self == .quarantined || self == .conflict }
}
