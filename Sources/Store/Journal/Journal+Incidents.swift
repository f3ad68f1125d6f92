public import Protocols

extension Journal {
    public func noteIncident(_ kind: Incident.Kind, _ detail: JSONValue) async throws(StoreError) {
        let incident = Incident(
            id: self.ids.make(), kind: kind, detail: detail, occurred: self.now(), acknowledgedBy: "")
        try await self.commit("note an incident") { try IncidentTable.insert(incident, in: $0) }
    }

    /// Incidents of all kinds, newest first.
    ///
    /// - Parameter id: the last one of the page before, if any.
    public func incidents(before id: UUIDv7? = nil, limit: Int = 100) async throws(StoreError) -> [Incident] {
        try await self.read("list incidents") { try IncidentTable.page(before: id, limit: limit, in: $0) }
    }

    /// Somebody has seen an incident; that stands in the audit trail, too.
    ///
    /// - Throws: `notFound`, `illegalTransition` if somebody else was first.
    public func acknowledge(_ id: UUIDv7, by person: String) async throws(StoreError) {
        let moment = self.now()
        try await self.commit("acknowledge incident \(id)") { database in
            try IncidentTable.acknowledge(id, by: person, at: moment, in: database)
            _ = try AuditTable.append(
                person: person, act: "acknowledge incident", detail: ["incident": .string("\(id)")], utc: moment.utc,
                in: database)
        }
    }

    /// Damage that nobody has acknowledged, and what to do about it: what the agent remembers of the lab may be
    /// incomplete, so nothing new is begun before.
    public func openAlarm() async throws(StoreError) -> String? {
        let open = try await self.read("look for alarms") { try IncidentTable.open(.damage, in: $0) }
        guard let first = open.first else { return nil }
        return
            "\(first.detail["text"]?.string ?? "a file was damaged"); compare lab and `edge-agent stock` with what is "
            + "remembered, then `edge-agent incidents acknowledge \(first.id)`"
    }

    /// Notes a step of the clock, if there was one since the last look, or since the last start in this boot.
    ///
    /// UTC and the boot's own clock, which nobody can set, keep their distance until somebody sets UTC; slewing moves
    /// both.
    ///
    /// - Returns: by how much UTC was set forward; nil for less than a second either way.
    public func noteClockStep() async throws(StoreError) -> Duration? {
        let moment = self.now()
        let distance = moment.utc - moment.monotonic
        let known = try await self.fact(Self.clock)?.split(separator: " ")
        let last = known?.first.map(String.init) == moment.boot ? known?.last.flatMap { Int64($0) } : nil
        let step = distance - (last ?? distance)
        guard last == nil || step.magnitude > 1_000_000 else { return nil }
        let incident = Incident(
            id: self.ids.make(), kind: .clockStep, detail: ["step_microseconds": .integer(step)], occurred: moment,
            acknowledgedBy: "")
        try await self.commit("note a step of the clock") { database in
            _ = try MetaTable.exchange(Self.clock, with: "\(moment.boot) \(distance)", in: database)
            if last != nil { try IncidentTable.insert(incident, in: database) }
        }
        return last.map { _ in .microseconds(step) }
    }

    private static let clock = "clock"
}
