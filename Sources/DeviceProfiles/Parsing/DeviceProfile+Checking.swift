import DeviceKit
import Protocols

extension DeviceProfile {
    /// What does not fit together although each part can be read.
    func check(hasSafety: Bool, in root: ConfigurationSection) {
        let document = root.document
        self.checkLimits(in: root)
        guard self.isGeneric else { return }
        if self.identity == .driver {
            root.report(
                "identity: a generic driver knows no device; write `identify` or `identity: none`", key: "identity")
        }
        if !self.actions.isEmpty, !hasSafety {
            root.report("a device with actions needs `safety: { safe-state: ACTION }`, or `safe-state: none`")
        }
        self.checkFamily(in: root)
        self.checkSafety(in: document)
        self.checkText(in: root)
        for action in self.actions {
            guard let condition = action.completion?.condition else { continue }
            self.requireReadable(condition.states, "actions.\(action.name).done", in: document)
        }
    }

    private func checkLimits(in root: ConfigurationSection) {
        switch self.family {
        case .rotaryValve where self.limits.positions == nil:
            root.report("a rotary valve needs `limits: { positions: 10 }`")
        case .syringePump where self.limits.pistonSpeed == nil:
            root.report("a syringe pump needs `limits` with `slowest-piston` and `fastest-piston`")
        default: break
        }
    }

    private func checkFamily(in root: ConfigurationSection) {
        let needs = self.family.needs
        for name in needs.states where self.state(name)?.access == nil {
            root.report("a \(self.family.rawValue) needs a state `\(name)` that can be read", key: "family")
        }
        for name in needs.actions where self.action(name) == nil {
            root.report("a \(self.family.rawValue) needs an action `\(name)`", key: "family")
        }
        let wanted: [(family: Set<ProfileFamily>, state: String, word: String, fits: (ValueKind) -> Bool)] = [
            ([.thermometer, .thermostat], "temperature", "in °C or K", { $0.measures(TemperatureDimension.self) }),
            ([.thermostat], "setpoint", "in °C or K", { $0.measures(TemperatureDimension.self) }),
            ([.thermostat], "running", "one of off, on", { $0 == .options(["off", "on"]) }),
            ([.balance], "mass", "in g or mg", { $0.measures(MassDimension.self) }),
            ([.balance], "stable", "one of no, yes", { $0 == .options(["no", "yes"]) }),
            ([.relay], "energised", "one of no, yes", { $0 == .options(["no", "yes"]) }),
        ]
        for want in wanted where want.family.contains(self.family) {
            guard let state = self.state(want.state), !want.fits(state.kind) else { continue }
            root.document.report(
                "state.\(want.state): must be \(want.word) for a \(self.family.rawValue)", key: "state.\(want.state)")
        }
        for name in ["temperature", "mass"] where [.thermometer, .thermostat, .balance].contains(self.family) {
            guard let state = self.state(name), state.uncertainty == nil else { continue }
            root.document.report(
                "state.\(name): needs `uncertainty`, the standard uncertainty of a reading", key: "state.\(name)")
        }
    }

    private func checkSafety(in document: ConfigurationDocument) {
        if let name = self.safety.safeState {
            if let action = self.action(name) {
                if !action.arguments.isEmpty || !action.isRepeatable {
                    document.report(
                        "safety.safe-state: “\(name)” must need no arguments and be `repeat: safe`",
                        key: "safety.safe-state")
                }
            } else {
                document.report("safety.safe-state: there is no action “\(name)”", key: "safety.safe-state")
            }
        } else if self.link.stop == .interrupt {
            document.report("link.stop: there is no safe state whose action could interrupt", key: "link.stop")
        }
        for (index, one) in self.safety.guards.enumerated() {
            let key = "safety.never.\(index)"
            if self.action(one.action) == nil {
                document.report("\(key): there is no action “\(one.action)”", key: key)
            } else if one.action == self.safety.safeState {
                document.report("\(key): the way to the safe state must not be barred", key: key)
            }
            self.requireReadable(one.condition.states, key, in: document)
        }
    }

    private func checkText(in root: ConfigurationSection) {
        let document = root.document
        var replies: [(key: String, pattern: WirePattern)] = []
        for state in self.states {
            let key = "state.\(state.name).read"
            switch state.access {
            case .text(let exchange):
                guard let reply = exchange.reply else {
                    document.report("\(key): needs `take`", key: key)
                    continue
                }
                if !reply.fields.contains(where: { $0.name == state.name }) {
                    document.report("\(key): the answer has no {\(state.name)}", key: key)
                }
                replies.append((key, reply))
            case .with(let other):
                guard case .text(let exchange)? = self.state(other)?.access,
                    exchange.reply?.fields.contains(where: { $0.name == state.name }) == true
                else {
                    document.report("\(key).with: what “\(other)” takes has no {\(state.name)}", key: key)
                    continue
                }
            case .register:
                if self.link.modbus == nil { document.report("\(key): registers need `modbus` in `link`", key: key) }
            case nil: break
            }
        }
        for action in self.actions {
            if case .text(let exchange) = action.access, let reply = exchange.reply {
                replies.append(("actions.\(action.name).take", reply))
            }
        }
        guard let text = self.link.text else {
            if !replies.isEmpty { document.report("link: a text protocol needs `framing`", key: "link") }
            return
        }
        replies += text.refusals.enumerated().map { ("link.refused-by.\($0)", $1.pattern) }
        if text.framing.replyEnd == .pattern {
            for (key, pattern) in replies where !pattern.hasOwnEnd {
                document.report("\(key): has no end of its own, as `reply-ends-by: pattern` needs", key: key)
            }
        }
        if let wake = text.wake { self.requireReadable([wake.state], "link.wake.ask", in: document) }
    }

    private func requireReadable(_ states: Set<String>, _ key: String, in document: ConfigurationDocument) {
        for name in states.sorted() where self.state(name)?.access == nil {
            document.report("\(key): there is no state “\(name)” that can be read", key: key)
        }
    }
}

extension ValueKind {
    fileprivate func measures<Kind>(_: Kind.Type) -> Bool {
        if case .number(let unit) = self { unit.measures(Kind.self) } else { false }
    }
}
