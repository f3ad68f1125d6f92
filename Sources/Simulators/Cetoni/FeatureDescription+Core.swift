extension FeatureDescription {
    static let service = FeatureDescription(
        originator: "org.silastandard", category: "core", name: "SiLAService",
        text: "Who this server is and which features it offers.",
        parts: [
            .command(
                "GetFeatureDefinition", "Gives the definition of one of the features.",
                parameters: [Element("FeatureIdentifier", "Fully qualified identifier.", .basic("String"))],
                responses: [Element("FeatureDefinition", "The definition in XML.", .basic("String"))],
                errors: ["UnimplementedFeature"]),
            .command(
                "SetServerName", "Gives the server a name.",
                parameters: [Element("ServerName", "The new name.", .basic("String"))]),
            .property("ServerName", "Name for people.", isObservable: false, .basic("String")),
            .property("ServerType", "Kind of server.", isObservable: false, .basic("String")),
            .property(
                "ServerUUID", "Identity of the server, the same for ever.", isObservable: false, .basic("String")),
            .property("ServerDescription", "What the server is for.", isObservable: false, .basic("String")),
            .property("ServerVersion", "Version of the software.", isObservable: false, .basic("String")),
            .property("ServerVendorURL", "Where to find the vendor.", isObservable: false, .basic("String")),
            .property(
                "ImplementedFeatures", "Fully qualified identifiers of all features.", isObservable: false,
                .list(of: .basic("String"))),
            .error("UnimplementedFeature", "The server does not offer this feature."),
        ])

    static let systemStatus = FeatureDescription(
        originator: "de.cetoni", category: "core", name: "SystemStatusProvider",
        text: "Whether the device system is supplied and running.",
        parts: [
            .property(
                "SystemState", "State of the whole system.",
                .choice("String", of: ["Operational", "Stopped", "Shutting Down"]))
        ])
}
