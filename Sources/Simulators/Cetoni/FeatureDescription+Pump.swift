extension FeatureDescription {
    private static let category = "pumps.syringepumps"

    static let drive = FeatureDescription(
        originator: "de.cetoni", category: category, name: "PumpDriveControlService",
        text: "Enables, disables and references the drive of a pump.",
        parts: [
            .command(
                "InitializePumpDrive", "Runs to the reference position. Take the syringe out first.",
                isObservable: true, errors: ["InitializationFailed", "InitializationNotFinished"]),
            .command("EnablePumpDrive", "Clears a fault and enables the drive."),
            .command("DisablePumpDrive", "Disables the drive."),
            .command(
                "RestoreDrivePositionCounter", "Gives the drive its position counter back after a loss of supply.",
                parameters: [Element("DrivePositionCounterValue", "The counter kept before.", .basic("Integer"))],
                errors: ["NotSupported"]),
            .property(
                "PumpDriveState", "State of the drive.",
                .choice("String", of: ["Enabled", "Disabled", "Initializing"])),
            .property("FaultState", "Whether the drive has a fault.", .basic("Boolean")),
            .property("DrivePositionCounter", "Position of the drive in increments.", .basic("Integer")),
            .error("InitializationFailed", "The reference position was not found."),
            .error("InitializationNotFinished", "The reference move is still under way."),
            .error("NotSupported", "The drive has an absolute encoder and needs no counter."),
        ])

    static let units = FeatureDescription(
        originator: "de.cetoni", category: category, name: "PumpUnitController",
        text: "The units of all volumes and flow rates.",
        parts: [
            .command("SetFlowUnit", "Sets the unit of flow rates.", parameters: [flowUnit]),
            .command(
                "SetVolumeUnit", "Sets the unit of volumes.",
                parameters: [Element("VolumeUnit", "The unit.", .named("VolumeUnit"))]),
            .property("FlowUnit", "The unit of flow rates.", flowUnit.type),
            .property("VolumeUnit", "The unit of volumes.", .named("VolumeUnit")),
            .type(
                Element(
                    "VolumeUnit", "A unit of volume.", .choice("String", of: ["l", "dl", "cl", "ml", "ul", "µl"]))),
            .type(Element("TimeUnit", "A unit of time.", .choice("String", of: ["h", "min", "s"]))),
        ])

    static let syringe = FeatureDescription(
        originator: "de.cetoni", category: category, name: "SyringeConfigurationController",
        text: "The syringe that the pump holds.",
        parts: [
            .command(
                "SetSyringeParameters", "Tells the pump its syringe.",
                parameters: [
                    Element("InnerDiameter", "Inner diameter in millimetres.", .length(factor: "0.001")),
                    Element("MaxPistonStroke", "Travel of the plunger in millimetres.", .length(factor: "0.001")),
                ]),
            .property("InnerDiameter", "Inner diameter in millimetres.", .length(factor: "0.001")),
            .property("MaxPistonStroke", "Travel of the plunger in millimetres.", .length(factor: "0.001")),
        ])

    static let dosing = FeatureDescription(
        originator: "de.cetoni", category: category, name: "PumpFluidDosingService",
        text: "Aspirates and dispenses, in the units of PumpUnitController.",
        parts: [
            .command(
                "SetFillLevel", "Moves the plunger until the syringe holds a volume.", isObservable: true,
                parameters: [Element("FillLevel", "Volume to hold.", .basic("Real")), flowRate], errors: driveErrors),
            .command(
                "DoseVolume", "Dispenses a volume, or aspirates it when negative.", isObservable: true,
                parameters: [Element("Volume", "Volume to dispense.", .basic("Real")), flowRate], errors: driveErrors),
            .command(
                "GenerateFlow", "Dispenses at a flow rate, or aspirates when negative, until the end or a stop.",
                isObservable: true, parameters: [flowRate], errors: driveErrors),
            .command("StopDosage", "Stops the plunger."),
            .property("MaxSyringeFillLevel", "Volume of the full syringe.", .basic("Real")),
            .property("SyringeFillLevel", "Volume in the syringe.", .basic("Real")),
            .property("MaxFlowRate", "Highest flow rate of the drive with this syringe.", .basic("Real")),
            .property("FlowRate", "Flow rate now.", .basic("Real")),
            .error("PumpIsInFaultState", "The drive has a fault: enable it anew."),
            .error("PumpIsNotEnabled", "The drive is disabled: enable it."),
        ])

    private static let flowRate = Element("FlowRate", "Flow rate of the motion.", .basic("Real"))
    private static let driveErrors = ["PumpIsInFaultState", "PumpIsNotEnabled"]
    private static let flowUnit = Element(
        "FlowUnit", "Volume and time unit.",
        .structure([
            Element("VolumeUnit", "The unit of the volume.", .named("VolumeUnit")),
            Element("TimeUnit", "The unit of the time.", .named("TimeUnit")),
        ]))
}
