import DeviceKit

/// What a person may have the drive of a syringe pump do when it is in trouble, and what must be true before.
enum PumpAct: String, Sendable, CaseIterable {
    case clearFault = "clear-fault"
    case restore
    case reference

    /// The word that says so, as it is given with the command: `syringe=removed`.
    var condition: (name: String, word: String) {
        switch self {
        case .clearFault: ("cause", "removed")
        case .restore: ("plunger", "untouched")
        case .reference: ("syringe", "removed")
        }
    }

    /// What must be true, in words for whoever stands at the pump.
    ///
    /// - Parameter kept: where the plunger stood when its drive last knew, and when that was.
    func demand(_ pump: String, _ kept: (position: KeptPosition, time: String)?) -> String {
        switch self {
        case .clearFault:
            "Remove what stopped \(pump): a blocked line, a closed valve, an end stop. Its drive is switched on again; nothing "
                + "moves."
        case .restore:
            if let kept {
                "Nobody may have moved the plunger of \(pump) since \(kept.time). It stood at \(kept.position.level) then: "
                    + "look at the syringe's scale."
            } else {
                "No position of \(pump) is kept: only `reference` helps."
            }
        case .reference:
            "Take the syringe out of \(pump), and everything else out of its plunger's way: it runs to its empty end and "
                + "slightly beyond."
        }
    }

    /// What is left to do for whoever stands at the pump; nil for nothing.
    ///
    /// - Parameter node: of the pump, as the tubing calls it.
    func sequel(_ node: String) -> String? {
        switch self {
        case .clearFault, .restore: nil
        case .reference:
            "The plunger is at its empty end. Put the syringe back empty, then `edge-agent stock empty \(node)`."
        }
    }

    /// Has the drive do it.
    func perform(on pump: any SyringePump, _ kept: KeptPosition?) async throws(DeviceError) {
        switch self {
        case .clearFault: try await pump.clearFault()
        case .reference: try await pump.reference()
        case .restore:
            guard let kept else {
                throw DeviceError(
                    .refused, device: pump.name, command: "restore the position",
                    "no position is kept: no run has moved this pump yet",
                    advice: "Take the syringe out and `edge-agent device \(pump.name) do reference`.")
            }
            try await pump.restore(positionCounter: kept.counter)
        }
    }
}
