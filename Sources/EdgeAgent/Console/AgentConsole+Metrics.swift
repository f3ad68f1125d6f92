import Console
import Glibc
import Store

extension AgentConsole {
    func metrics() async throws(ConsoleRefusal) -> [Metric] {
        do {
            return self.process + self.happened + (try await self.work()) + self.polled + (await self.ready())
        } catch {
            throw ConsoleRefusal(.unavailable, OperatorError(describing: error).description)
        }
    }

    private var process: [Metric] {
        let uptime = ContinuousClock.now - self.events.started
        let pages = (try? TextFile.read("/proc/self/statm"))?.split(separator: " ").dropFirst().first.flatMap {
            Double($0)
        }
        return [
            Metric("edge_uptime_seconds", .gauge, "Since the agent started.", Double(uptime.components.seconds)),
            Metric(
                "edge_resident_memory_bytes", .gauge, "Memory of the agent's process.",
                pages.map { [Metric.Sample($0 * Double(sysconf(Int32(_SC_PAGESIZE))))] } ?? []),
            Metric(
                "edge_uplink_insecure", .gauge, "1 while results travel in clear text beyond this machine.",
                self.isUplinkInsecure ? 1 : 0),
        ]
    }

    private var happened: [Metric] {
        [
            Metric(
                "edge_events_total", .counter, "Events since the agent started, as its log names them.",
                self.events.counts.sorted { $0.key < $1.key }.map { .init(Double($0.value), ["event": $0.key]) }),
            Metric(
                "edge_broker_reachable", .gauge, "Whether the broker answered last.",
                self.events.isBrokerReachable.map { [.init($0 ? 1 : 0)] } ?? []),
        ]
    }

    private func work() async throws -> [Metric] {
        let outbox = try await self.journal.outboxCounts()
        let runs = Dictionary(grouping: try await self.journal.unfinishedRuns(), by: \.state).mapValues(\.count)
        let prompts = try await self.journal.openPrompts().count
        let isHeld = if let engine = self.desk.engine { await engine.obstacle != nil } else { false }
        let fluid = try await self.desk.fluid(of: self.model)
        let places = StockReport(try await self.desk.present(self.model), fluid, remembered: true).places
        return [
            Metric(
                "edge_outbox_results", .gauge, "Results by how far they have come.",
                OutboxState.allCases.map { .init(Double(outbox[$0]), ["state": $0.rawValue]) }),
            Metric(
                "edge_runs", .gauge, "Runs that have not ended.",
                RunState.allCases.filter { !$0.isFinal }.map { .init(Double(runs[$0] ?? 0), ["state": $0.rawValue]) }),
            Metric("edge_prompts_open", .gauge, "Questions that wait for a person.", Double(prompts)),
            Metric("edge_lab_held", .gauge, "1 while nothing new is begun.", isHeld ? 1 : 0),
            Metric(
                "edge_stock_volume_litres", .gauge, "Liquid in bottles, vials and syringes.",
                places.map { .init($0.volume_mL / 1000, ["node": $0.node, "kind": $0.kind.rawValue]) }),
        ]
    }

    private var polled: [Metric] {
        let reports = self.desk.polling?.reports ?? []
        func samples(_ value: (ReadingReport) -> Double?) -> [Metric.Sample] {
            reports.compactMap { report in
                value(report).map { .init($0, ["device": report.device, "state": report.state]) }
            }
        }
        return [
            Metric(
                "edge_reading", .gauge, "The newest reading of each polled state.",
                reports.compactMap { report in
                    report.value.map {
                        .init($0, ["device": report.device, "state": report.state, "unit": report.unit])
                    }
                }),
            Metric(
                "edge_polls_missed_total", .counter, "Polls that could not begin in their period.",
                samples { $0.missed.map(Double.init) }),
            Metric(
                "edge_polls_left_out_total", .counter, "Polls left out while the device was silent.",
                samples { $0.leftOut.map(Double.init) }),
        ]
    }

    private func ready() async -> [Metric] {
        [
            Metric(
                "edge_device_ready", .gauge, "Whether a device answered when it was asked last.",
                await self.devices.known.map { .init($0.isReady ? 1 : 0, ["device": $0.device, "kind": $0.kind]) })
        ]
    }
}
