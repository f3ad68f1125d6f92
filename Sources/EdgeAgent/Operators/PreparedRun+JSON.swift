import DeviceKit
public import Methods
public import Protocols

extension PreparedRun {
    /// For scripts: recipe, steps with their estimates, and what is taken from the lab.
    public var report: JSONValue {
        var object: JSONObject = [
            "summary": .array(self.plan.summary.map(JSONValue.string)),
            "seconds": .number(self.plan.estimate.inSeconds),
            "steps": .array(self.plan.steps.map(\.report)),
            "consumption_mL": .object(self.plan.consumptionReport),
            "cleanup": [
                "seconds": .number(self.cleanup.estimate.inSeconds), "steps": .array(self.cleanup.steps.map(\.report)),
                "consumption_mL": .object(self.cleanup.consumptionReport),
            ],
        ]
        if let vial { object["vial"] = .string(vial) }
        if let warnings = self.plan.warnings { object["warnings"] = .array(warnings.map(JSONValue.string)) }
        return .object(object)
    }
}

extension Plan {
    fileprivate var consumptionReport: JSONObject {
        var object = JSONObject()
        for (node, volume) in self.consumption.sorted(by: { $0.key < $1.key }) {
            object[node] = .number(volume.in(.millilitre))
        }
        return object
    }
}

extension Step {
    fileprivate var report: JSONValue {
        [
            "title": .string(self.title), "kind": .string(self.action.kind),
            "repeatable": .bool(self.action.isRepeatable), "seconds": .number(self.estimate.inSeconds),
        ]
    }
}

extension Duration {
    fileprivate var inSeconds: Double {
        Double(self.components.seconds) + Double(self.components.attoseconds) * 1e-18
    }
}
