// swift-tools-version: 6.1
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// No symbol of the program is for others, and its addresses are relocated from a compact list: a fifth of the memory that
/// it takes. The list needs glibc 2.36, Debian 12's.
let frugal = LinkerSetting.unsafeFlags(
    ["-use-ld=lld", "-Xlinker", "--no-export-dynamic", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs"],
    .when(platforms: [.linux], configuration: .release))

/// The graph of the product. A module lists only modules below it; `ArchitectureTests` holds the imports against it.
let package = Package(
    name: "edge-agent",
    products: [
        .executable(name: "edge-agent", targets: ["edge-agent"]),
        .library(name: "Analysis", targets: ["Analysis"]),  // these for Benchmarks
        .library(name: "Protocols", targets: ["Protocols"]),
        .library(name: "Store", targets: ["Store"]),
        .library(name: "Uplink", targets: ["Uplink"]),
        .library(name: "ModbusLines", targets: ["DeviceKit", "Links", "Protocols", "Simulators"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-crypto", "3.12.0"..<"5.0.0"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.0"),
        .package(url: "https://github.com/grpc/grpc-swift-nio-transport", from: "2.9.0"),
        .package(url: "https://github.com/grpc/grpc-swift-protobuf", from: "2.4.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // Vocabulary and pure mathematics.
        .target(name: "DeviceKit", swiftSettings: settings),
        .systemLibrary(name: "CMinpack", pkgConfig: "cminpack", providers: [.apt(["libcminpack-dev"])]),
        .systemLibrary(name: "CLapack", pkgConfig: "lapacke", providers: [.apt(["liblapacke-dev"])]),
        .target(name: "Analysis", dependencies: ["DeviceKit", "CMinpack", "CLapack"], swiftSettings: settings),
        .target(name: "Protocols", dependencies: ["DeviceKit"], swiftSettings: settings),
        .target(
            name: "SiLA2",
            dependencies: [
                .product(name: "GRPCCore", package: "grpc-swift-2"),
                .product(name: "GRPCProtobuf", package: "grpc-swift-protobuf"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ],
            exclude: ["proto", "README.md"],
            swiftSettings: [.swiftLanguageMode(.v6)]),  // generated code

        // Devices.
        .systemLibrary(name: "CModbus", pkgConfig: "libmodbus", providers: [.apt(["libmodbus-dev"])]),
        .target(name: "Links", dependencies: ["CModbus", "DeviceKit", "Protocols"], swiftSettings: settings),
        .systemLibrary(name: "CUdev", pkgConfig: "libudev", providers: [.apt(["libudev-dev"])]),
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(name: "CTimex"),
        .target(name: "Discovery", dependencies: ["CUdev", "DeviceKit", "Links"], swiftSettings: settings),
        .target(name: "DeviceProfiles", dependencies: ["DeviceKit", "Protocols", "Yams"], swiftSettings: settings),
        .target(
            name: "DeviceDrivers",
            dependencies: [
                "DeviceKit", "DeviceProfiles", "Links", "Protocols", "SiLA2",
                .product(name: "GRPCCore", package: "grpc-swift-2"),
                .product(name: "GRPCNIOTransportHTTP2", package: "grpc-swift-nio-transport"),
                .product(name: "GRPCProtobuf", package: "grpc-swift-protobuf"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),
        .target(
            name: "Simulators",
            dependencies: [
                "Analysis", "DeviceKit", "DeviceProfiles", "Links", "Protocols", "SiLA2",
                .product(name: "GRPCCore", package: "grpc-swift-2"),
                .product(name: "GRPCNIOTransportHTTP2", package: "grpc-swift-nio-transport"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ],
            swiftSettings: settings),

        // The lab's work.
        .target(name: "Methods", dependencies: ["Analysis", "DeviceKit", "Protocols"], swiftSettings: settings),
        .target(
            name: "Store",
            dependencies: [
                "DeviceKit", "Protocols", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: settings),
        .target(
            name: "Uplink",
            dependencies: [
                "Protocols", "Store",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: settings),
        .systemLibrary(name: "CCrypt", providers: [.apt(["libcrypt-dev"])]),
        .target(
            name: "Broker",
            dependencies: [
                "CCrypt", "Protocols",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: settings),

        .target(
            name: "Console",
            dependencies: [
                "DeviceKit", "Protocols", "Store",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            resources: [
                .embedInCode("Assets/console.css"), .embedInCode("Assets/console.js"),
                .embedInCode("Assets/console.svg"),
            ], swiftSettings: settings),

        // Composition and command line.
        .target(
            name: "EdgeAgent",
            dependencies: [
                "Analysis", "CMalloc", "CTimex", "Console", "DeviceDrivers", "DeviceKit", "DeviceProfiles", "Discovery",
                "Links",
                "Methods", "Protocols", "Store", "Uplink",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: settings),
        .target(
            name: "Demo",
            dependencies: [
                "Analysis", "Broker", "DeviceKit", "DeviceProfiles", "EdgeAgent", "Methods", "Protocols", "Simulators",
                "Uplink",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "edge-agent",
            dependencies: [
                "Broker", "Console", "Demo", "DeviceKit", "EdgeAgent", "Links", "Methods", "Protocols", "Simulators",
                "Store", "Uplink",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings, linkerSettings: [frugal]),

        // Tests mirror the targets; ArchitectureTests and AcceptanceTests look at the whole.
        .testTarget(name: "ArchitectureTests", swiftSettings: settings),
        .testTarget(name: "DeviceKitTests", dependencies: ["DeviceKit"], swiftSettings: settings),
        .testTarget(name: "AnalysisTests", dependencies: ["Analysis", "DeviceKit"], swiftSettings: settings),
        .testTarget(
            name: "ProtocolsTests", dependencies: ["Protocols", "DeviceKit", "Trials"], swiftSettings: settings),
        .testTarget(name: "DiscoveryTests", dependencies: ["Discovery", "DeviceKit"], swiftSettings: settings),
        .testTarget(
            name: "LinksTests", dependencies: ["Links", "DeviceKit", "Protocols", "Trials"], swiftSettings: settings),
        .testTarget(
            name: "DeviceProfilesTests",
            dependencies: ["DeviceKit", "DeviceProfiles", "Protocols", .product(name: "Yams", package: "Yams")],
            swiftSettings: settings),
        .testTarget(
            name: "DeviceDriversTests",
            dependencies: [
                "DeviceDrivers", "DeviceKit", "DeviceProfiles", "Links", "Protocols", "SiLA2", "Simulators", "Trials",
                .product(name: "GRPCCore", package: "grpc-swift-2"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ], swiftSettings: settings),
        .testTarget(
            name: "SimulatorsTests", dependencies: ["Simulators", "Analysis", "DeviceKit"], swiftSettings: settings),
        .testTarget(
            name: "StoreTests",
            dependencies: [
                "CStorageFaults", "Protocols", "Store", "Trials", .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: settings),
        .target(name: "CStorageFaults", path: "Tests/CStorageFaults"),
        .target(name: "Trials", path: "Tests/Trials", swiftSettings: settings),
        .testTarget(
            name: "BrokerTests",
            dependencies: [
                "Broker", "Protocols", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ], swiftSettings: settings),
        .testTarget(
            name: "ConsoleTests",
            dependencies: [
                "Console", "DeviceKit", "EdgeAgent", "LabBench", "Methods", "Protocols", "Store",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ], swiftSettings: settings),
        .testTarget(
            name: "UplinkTests",
            dependencies: [
                "Broker", "Protocols", "Site", "Store", "Trials", "Uplink",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ], swiftSettings: settings),
        .testTarget(
            name: "MethodsTests", dependencies: ["Methods", "Analysis", "DeviceKit", "Protocols"],
            swiftSettings: settings),
        .testTarget(
            name: "EdgeAgentTests",
            dependencies: [
                "Analysis", "EdgeAgent", "DeviceProfiles", "DeviceKit", "LabBench", "Links", "Methods", "Protocols",
                "Simulators", "Site",
                "Store", "Trials", .product(name: "NIOCore", package: "swift-nio"),
            ], swiftSettings: settings),
        .target(
            name: "LabBench", dependencies: ["Demo", "DeviceKit", "EdgeAgent", "Simulators"], path: "Tests/LabBench",
            swiftSettings: settings),
        .testTarget(
            name: "DemoTests",
            dependencies: [
                "Demo", "Analysis", "DeviceKit", "EdgeAgent", "LabBench", "Methods", "Protocols", "Simulators",
            ],
            swiftSettings: settings),
        .target(
            name: "Site",
            dependencies: [
                "Protocols", "Uplink", .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ], path: "Tests/Site", swiftSettings: settings),
        .testTarget(
            name: "AcceptanceTests",
            dependencies: [
                "edge-agent", "DeviceKit", "Links", "Protocols", "Simulators", "Site", "Store", "Trials", "Uplink",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "ReliabilityTests",
            dependencies: [
                "edge-agent", "Demo", "DeviceKit", "EdgeAgent", "Methods", "Protocols", "Simulators", "Site", "Store",
                "Trials", "Uplink", .product(name: "GRDB", package: "GRDB.swift"),
            ],
            exclude: ["Faults"], swiftSettings: settings),
    ]
)
