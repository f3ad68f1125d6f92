extension FeatureDescription {
    static let valve = FeatureDescription(
        originator: "de.cetoni", category: "valves", name: "ValvePositionController",
        text: "Switches a valve between positions that count from 0.",
        parts: [
            .command(
                "SwitchToPosition", "Switches to a position.",
                parameters: [Element("Position", "The position, from 0.", .basic("Integer"))]),
            .command(
                "TogglePosition", "Switches a two-position valve to its other position.",
                errors: ["ValveNotToggleable", "ValvePositionNotAvailable"]),
            .property("NumberOfPositions", "How many positions there are.", isObservable: false, .basic("Integer")),
            .property(
                "Position", "The position now.", .basic("Integer"), errors: ["ValvePositionNotAvailable"]),
            .error("ValveNotToggleable", "The valve does not have two positions."),
            .error("ValvePositionNotAvailable", "The valve does not know its position."),
        ])

    static let valveGateway = FeatureDescription(
        originator: "de.cetoni", category: "valves", name: "ValveGatewayService",
        text: "Several valves behind one server.",
        parts: [
            .metadata(
                "ValveIndex", "Which valve a call means, from 0.", .basic("Integer"), errors: ["InvalidValveIndex"]),
            .property("NumberOfValves", "How many valves there are.", isObservable: false, .basic("Integer")),
            .error("InvalidValveIndex", "There is no valve with this index."),
        ])
}
