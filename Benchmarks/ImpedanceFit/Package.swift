// swift-tools-version: 6.1
import PackageDescription

/// Times the circuit fit; apart from the product, so that the product builds without it. Run `Benchmarks/run-impedance`.
let package = Package(
    name: "ImpedanceFit",
    dependencies: [.package(name: "edge-agent", path: "../..")],
    targets: [
        .executableTarget(
            name: "ImpedanceFit",
            dependencies: [.product(name: "Analysis", package: "edge-agent")],
            swiftSettings: [.swiftLanguageMode(.v6)]
        )
    ]
)
