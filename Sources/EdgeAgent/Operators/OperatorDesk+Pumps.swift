import DeviceKit
import Protocols
import Store

/// Syringe pumps in trouble: a fault, or a position that is lost.
extension OperatorDesk {
    typealias NodePump = (node: String, pump: any SyringePump)

    /// By the name of the device.
    func pump(_ name: String) -> NodePump? {
        self.laboratory?.pumps.first { $0.value.name == name }.map { ($0.key, $0.value) }
    }

    func describe(_ name: String) async throws -> JSONValue {
        guard let pump = self.pump(name) else { return try self.described(name).description }
        let kept = try await self.kept(pump.node)
        let acts = PumpAct.allCases.map { act -> JSONValue in
            [
                "name": .string(act.rawValue), "repeatable": true,
                "arguments": [["name": .string(act.condition.name), "values": .string(act.condition.word)]],
                "asks": .string(act.demand(name, kept)),
            ]
        }
        return ["device": .string(name), "states": [], "actions": .array(acts)]
    }

    /// `edge-agent device A0 do reference syringe=removed`
    ///
    /// - Returns: how the pump stands then, and what is left to do.
    func perform(
        _ name: String, _ arguments: [String: String], on pump: NodePump, by person: String
    ) async throws -> JSONValue {
        let device = pump.pump.name
        guard let act = PumpAct(rawValue: name) else {
            let known = PumpAct.allCases.map(\.rawValue).joined(separator: ", ")
            throw OperatorError(.badData, "\(device) has no action “\(name)”; it has \(known)")
        }
        let kept = try await self.kept(pump.node)
        let (condition, word) = act.condition
        guard arguments == [condition: word] else {
            throw OperatorError(
                .badData,
                "\(act.demand(device, kept)) Say that it is so: "
                    + "`edge-agent device \(device) do \(name) \(condition)=\(word)`")
        }
        guard let engine else {
            if let reason = try await self.journal.halt() {
                throw OperatorError(.unavailable, Journal.adviceAfterHalt(reason))
            }
            return try await self.carryOut(act, kept?.position, on: pump, by: person)
        }
        return try await engine.doByHand("\(person) has \(device) do \(name)") {
            try await self.carryOut(act, kept?.position, on: pump, by: person)
        }
    }

    /// Nobody has a device do anything that is not written down before.
    private func carryOut(
        _ act: PumpAct, _ kept: KeptPosition?, on pump: NodePump, by person: String
    ) async throws -> JSONValue {
        var detail: JSONObject = [
            "device": .string(pump.pump.name), "action": .string(act.rawValue),
            "arguments": .object([act.condition.name: .string(act.condition.word)]),
        ]
        try await self.journal.appendAudit(person: person, act: "device action", detail: .object(detail))
        let status: SyringePumpStatus
        do throws(DeviceError) {
            try await act.perform(on: pump.pump, kept)
            status = try await pump.pump.status()
        } catch {
            detail["error"] = .string(error.description)
            let failed = JSONValue.object(detail)
            // Whoever was told to stop is written down all the same.
            _ = try await Task {
                try await self.journal.appendAudit(person: person, act: "device action failed", detail: failed)
            }.value
            throw error
        }
        detail["reading"] = .string(status.words)
        let counter = await pump.pump.lastPositionCounter()
        let position = counter.map { KeptPosition(counter: $0, level: status.fillLevel) }
        try await self.journal.setStock(
            position.map { [try $0.change(pump.node)] } ?? [], by: person, act: "device action done",
            detail: .object(detail))
        detail["done"] = true
        if let sequel = act.sequel(pump.node) { detail["next"] = .string(sequel) }
        return .object(detail)
    }

    private func kept(_ node: String) async throws -> (position: KeptPosition, time: String)? {
        guard let kept = try await self.journal.stock(KeptPosition.key(node)) else { return nil }
        return (try kept.value.decode(), kept.changed.text)
    }
}
