import ArgumentParser
import Demo
import DeviceKit
import EdgeAgent
import Methods
import Protocols

struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show what the lab would do for a request; nothing moves, no device is opened.",
        discussion: """
            The request is JSON as the broker shows it, or only {"quantity", "method", "parameters"}. It is planned for \
            the liquids as the agent remembers them, or for a lab as first described. A request that cannot be served \
            ends with exit code 65 and the reason.
            """)

    @Argument(help: "File with the request; - reads standard input.", completion: .file())
    var request: String

    @OptionGroup var agent: AgentSelection

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        try await reporting {
            let request = try AskedRequest(contentsOf: self.request)
            let lab = try LabDescription(contentsOf: self.agent.configuration())
            let memory = await self.memory(of: lab)
            do throws(RequestRefusal) {
                self.show(try request.plan(in: lab, remembering: memory), of: request)
            } catch {
                if self.json {
                    let refusal: JSONValue = ["refused": .string(error.kind.rawValue), "reason": .string(error.reason)]
                    StandardStream.output.writeLine(refusal.text())
                }
                throw error
            }
        }
    }

    /// What the agent remembers, if one has ever worked here.
    private func memory(of lab: LabDescription) async -> LabMemory? {
        let state = self.agent.state ?? lab.configuration.stateDirectory
        guard AgentAccess.isPresent(in: state) else { return nil }
        do {
            let access = try await AgentAccess(stateDirectory: state)
            let memory = try await access.memory()
            try await access.close()
            return memory
        } catch {
            StandardStream.error.writeLine("edge-agent: planned for the lab as first described: \(error)")
            return nil
        }
    }

    private func show(_ run: PreparedRun, of request: AskedRequest) {
        if self.json {
            var object: JSONObject = ["quantity": .string(request.quantity), "method": .string(request.method)]
            if let id = request.id { object["request"] = .string(id) }
            for (key, value) in run.report.object ?? [:] { object[key] = value }
            return StandardStream.output.writeLine(JSONValue.object(object).text())
        }
        var lines = ["\(request.quantity)/\(request.method): \(run.plan.summary.joined(separator: "; "))", ""]
        lines += Self.lines(of: run.plan)
        if !run.cleanup.steps.isEmpty {
            lines += ["", "Afterwards, \(run.cleanup.summary.joined(separator: "; ")):"] + Self.lines(of: run.cleanup)
        }
        if let warnings = run.plan.warnings { lines += [""] + warnings }
        let total = run.plan.estimate + run.cleanup.estimate
        lines += ["", "Result after about \(run.plan.estimate.inWords), lab free again after \(total.inWords)."]
        StandardStream.output.writeLine(lines.joined(separator: "\n"))
    }

    private static func lines(of plan: Plan) -> [String] {
        var table = TextTable(alignments: [.right, .right, .left])
        for (index, step) in plan.steps.enumerated() {
            table.add(["\(index + 1)", step.estimate.inWords, step.title])
        }
        let taken = plan.consumption.sorted { $0.key < $1.key }.map {
            "\($0.value.formatted(.millilitre)) from \($0.key)"
        }
        return table.lines + (taken.isEmpty ? [] : ["Takes \(taken.joined(separator: ", "))."])
    }
}

extension Duration {
    /// `45 s`, `12 min`, `3 h 20 min`.
    var inWords: String {
        let seconds = Int(self.components.seconds)
        if self < .seconds(1) { return "\(Int(self / .milliseconds(1))) ms" }
        if seconds < 120 { return "\(seconds) s" }
        let minutes = (seconds + 30) / 60
        return minutes < 120 ? "\(minutes) min" : "\(minutes / 60) h \(minutes % 60) min"
    }
}
