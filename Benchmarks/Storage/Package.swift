// swift-tools-version: 6.1
import PackageDescription

/// Times what is kept and delivered; apart from the product, so that the product builds without it. Run `Benchmarks/run`.
let package = Package(
    name: "StorageBenchmarks",
    dependencies: [.package(name: "edge-agent", path: "../..")],
    targets: [
        .executableTarget(
            name: "Enqueue",
            dependencies: [
                .product(name: "Protocols", package: "edge-agent"), .product(name: "Store", package: "edge-agent"),
            ], swiftSettings: [.swiftLanguageMode(.v6)]),
        .executableTarget(
            name: "Drain",
            dependencies: [
                .product(name: "Protocols", package: "edge-agent"), .product(name: "Store", package: "edge-agent"),
                .product(name: "Uplink", package: "edge-agent"),
            ], swiftSettings: [.swiftLanguageMode(.v6)]),
    ]
)
