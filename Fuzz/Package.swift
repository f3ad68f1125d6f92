// swift-tools-version: 6.1
import PackageDescription

/// Only what is ours is instrumented, and optimised: the rest is as quick to build as can be.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .unsafeFlags(["-O", "-enable-testing", "-sanitize=fuzzer,address"]),
]

/// The readers of the product, by links to its sources, in a package of their own: `swift build` of the product knows
/// nothing of them. Modules that need much else are linked file by file, and have only what reads something.
let package = Package(
    name: "Fuzz",
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    ],
    targets: [
        .systemLibrary(name: "CMinpack", pkgConfig: "cminpack"),
        .systemLibrary(name: "CLapack", pkgConfig: "lapacke"),
        .systemLibrary(name: "CModbus", pkgConfig: "libmodbus"),
        .target(name: "DeviceKit", swiftSettings: settings),
        .target(name: "Analysis", dependencies: ["DeviceKit", "CMinpack", "CLapack"], swiftSettings: settings),
        .target(name: "Protocols", dependencies: ["DeviceKit"], swiftSettings: settings),
        .target(name: "Links", dependencies: ["CModbus", "DeviceKit", "Protocols"], swiftSettings: settings),
        .target(name: "Discovery", dependencies: ["DeviceKit"], swiftSettings: settings),
        .target(name: "DeviceProfiles", dependencies: ["DeviceKit", "Protocols", "Yams"], swiftSettings: settings),
        .target(name: "Methods", dependencies: ["Analysis", "DeviceKit", "Protocols"], swiftSettings: settings),
        .target(name: "Simulators", dependencies: ["Protocols"], swiftSettings: settings),
        .target(
            name: "Store", dependencies: ["DeviceKit", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: settings),
        .target(name: "Uplink", dependencies: ["Protocols"], swiftSettings: settings),
        .target(name: "Broker", dependencies: ["Protocols"], swiftSettings: settings),
        .target(name: "Console", swiftSettings: settings),
        .target(
            name: "EdgeAgent",
            dependencies: [
                "Analysis", "Console", "DeviceKit", "DeviceProfiles", "Discovery", "Links", "Methods", "Protocols",
                "Store",
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                "Analysis", "Broker", "DeviceKit", "DeviceProfiles", "Discovery", "EdgeAgent", "Links", "Protocols",
                "Simulators", "Store", "Uplink",
            ],
            swiftSettings: settings,
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])]),
    ]
)
