import DeviceKit
import Methods
public import Protocols

/// Events as logs carry them: a name, then fields.
extension AgentEvent {
    /// The event's name, `step.begun` for example.
    public var name: String {
        switch self {
        case .deviceReady: "device.ready"
        case .deviceState(_, let state, _): "device.\(state.rawValue)"
        case .brokerReachable(true, _): "broker.reachable"
        case .brokerReachable(false, _): "broker.lost"
        case .leftAlone: "request.left-alone"
        case .taken: "request.taken"
        case .stepBegun: "step.begun"
        case .stepProgress: "step.progress"
        case .stepDone: "step.done"
        case .finished: "run.finished"
        case .failed: "run.failed"
        case .asked: "operator.asked"
        case .resumed: "run.resumed"
        case .delivered: "result.delivered"
        case .consoleReady: "console.ready"
        case .enrolmentCode: "console.enrolment"
        case .notice: "notice"
        }
    }

    /// In the order in which they are read.
    public var fields: JSONObject {
        switch self {
        case .deviceReady(let name, let identity): ["device": .string(name), "identity": .string(identity)]
        case .deviceState(let name, _, let reason): ["device": .string(name), "reason": .string(reason)]
        case .brokerReachable(_, let detail): ["detail": .string(detail)]
        case .leftAlone(let request, let quantity, let method, let reason):
            [
                "request": .string(request), "quantity": .string(quantity), "method": .string(method),
                "reason": .string(reason),
            ]
        case .taken(let request, let run, let quantity, let method, let plan):
            [
                "request": .string(request), "run": .string(run), "quantity": .string(quantity),
                "method": .string(method), "steps": .integer(Int64(plan.steps.count)),
                "estimate": .integer(plan.estimate.components.seconds),
                "plan": .string(plan.summary.joined(separator: "; ")),
            ]
        case .stepBegun(let run, let index, let count, let title):
            [
                "run": .string(run), "step": .integer(Int64(index + 1)), "of": .integer(Int64(count)),
                "title": .string(title),
            ]
        case .stepProgress(let run, let text): ["run": .string(run), "text": .string(text)]
        case .stepDone(let run, let index): ["run": .string(run), "step": .integer(Int64(index + 1))]
        case .finished(let run, let request, let result):
            ["run": .string(run), "request": .string(request), "result": .string(result)]
        case .failed(let run, let request, let reason):
            ["run": .string(run), "request": .string(request), "reason": .string(reason)]
        case .asked(let prompt, let run, let request, let text):
            ["prompt": .string(prompt), "run": .string(run), "request": .string(request), "text": .string(text)]
        case .resumed(let run, let request, let answer, let person):
            [
                "run": .string(run), "request": .string(request), "answer": .string(answer),
                "by": .string(person),
            ]
        case .delivered(let request, let result): ["request": .string(request), "result": .string(result)]
        case .consoleReady(let url): ["url": .string(url)]
        case .enrolmentCode(let code, let url): ["code": .string(code), "url": .string("\(url)/enrol")]
        case .notice(let text): ["text": .string(text)]
        }
    }

    /// One log line, `time name key=value …`; values with blanks stand in quotes.
    public func line(at time: String) -> String {
        ([time, self.name] + self.fields.map { "\($0.key)=\(Self.value($0.value))" }).joined(separator: " ")
    }

    /// One JSON object, with `time` and `event` first.
    public func json(at time: String) -> JSONValue {
        var object: JSONObject = ["time": .string(time), "event": .string(self.name)]
        for (key, value) in self.fields { object[key] = value }
        return .object(object)
    }

    private static func value(_ value: JSONValue) -> String {
        guard let text = value.string else { return value.text() }
        let needsQuotes = text.isEmpty || text.contains { $0.isWhitespace || $0 == "\"" || $0 == "=" }
        return needsQuotes ? value.text() : text
    }
}
