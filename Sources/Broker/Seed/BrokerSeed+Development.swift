public import Protocols

extension BrokerSeed {
    /// Tenant of `development`.
    public static let developmentTenant = "3f1d7c52-8a64-4b0e-9d17-5c2e60a4b7f3"

    /// Accounts, capabilities and one tenant for trying things out on one's own machine.
    ///
    /// Users `lab` and `demo`, whose passwords are their names. The tenant offers all capabilities without
    /// limits of its own. Never use it on a broker that others can reach.
    public static let development = BrokerSeed(
        users: [
            User(username: "lab", password: "lab", usergroups: ["LAB"], cost: 6),
            User(username: "demo", password: "demo", usergroups: ["DEMO"], cost: 6),
        ],
        capabilities: Self.developmentCapabilities,
        tenants: [
            TenantInfo(
                tenantUUID: Self.developmentTenant,
                name: "development-lab",
                limitations: Self.developmentCapabilities.map {
                    LimitationsInfo(quantity: $0.quantity, method: $0.method, limitations: [[:]])
                },
                contactPerson: "['lab']",
                isActive: true
            )
        ]
    )

    /// The wet lab's, and the carrying of samples.
    public static let developmentCapabilities = Self.wetLabCapabilities + [Self.transport]

    private static let transport = CapabilityInfo(
        quantity: "transport",
        method: "transport_service",
        inputSchema: SchemaWords.complete(
            SchemaWords.object(
                "TransportInput",
                ["origin": SchemaWords.shared("Location"), "destination": SchemaWords.shared("Location")]
            )
        ),
        outputSchema: SchemaWords.complete(
            SchemaWords.object(
                "TransportOutput",
                [
                    "success": SchemaWords.flag, "actual_new_location": SchemaWords.shared("Location"),
                    "executant": SchemaWords.text,
                ]
            )
        )
    )

    /// Formulation and the three properties of the liquid.
    public static let wetLabCapabilities = [
        CapabilityInfo(
            quantity: "electrolyte",
            method: "flow",
            inputSchema: SchemaWords.complete(
                SchemaWords.object(
                    "FlowInput",
                    [
                        "electrolyte": SchemaWords.shared("ElectrolyteInput"),
                        "volume": SchemaWords.number(in: "milliliter"),
                    ]
                )
            ),
            outputSchema: SchemaWords.complete(
                SchemaWords.object(
                    "FlowOutput",
                    [
                        "run_info": SchemaWords.shared("RunInfo"),
                        "electrolyte": SchemaWords.shared("ElectrolyteOutput"),
                    ]
                )
            )
        ),
        CapabilityInfo(
            quantity: "conductivity",
            method: "two_electrode",
            inputSchema: Self.sample("ConductivityInput"),
            outputSchema: SchemaWords.complete(
                SchemaWords.object(
                    "TwoElectrodeOutput",
                    [
                        "run_info": SchemaWords.shared("RunInfo"),
                        "conductivity": SchemaWords.shared("ConductivityOutput"),
                    ]
                )
            )
        ),
        CapabilityInfo(
            quantity: "density",
            method: "vibrating_tube_densimetry",
            inputSchema: Self.sample("DensityInput"),
            outputSchema: SchemaWords.complete(
                SchemaWords.object(
                    "VibratingTubeDensimetryOutput",
                    [
                        "run_info": SchemaWords.shared("RunInfo"), "density": SchemaWords.shared("DensityOutput"),
                        "viscosity": SchemaWords.optional(SchemaWords.shared("ViscosityOutput")),
                    ]
                )
            )
        ),
        CapabilityInfo(
            quantity: "viscosity",
            method: "rolling_ball_viscometry",
            inputSchema: Self.sample("ViscosityInput"),
            outputSchema: SchemaWords.complete(
                SchemaWords.object(
                    "RollingBallViscometryOutput",
                    [
                        "run_info": SchemaWords.shared("RunInfo"),
                        "viscosity": SchemaWords.shared("ViscosityOutput"),
                        "density": SchemaWords.optional(SchemaWords.shared("DensityOutput")),
                    ]
                )
            )
        ),
    ]

    /// A formulation, and the temperature at which it is to be measured.
    private static func sample(_ title: String) -> JSONValue {
        SchemaWords.complete(
            SchemaWords.object(
                title,
                [
                    "formulation": SharedDefinitions.formulation,
                    "temperature": SchemaWords.optional(SchemaWords.number(in: "kelvin")),
                ]
            )
        )
    }
}
