// swift-tools-version: 6.1
import PackageDescription

/// Times the mathematics; apart from the product, so that the product builds without it. Run `Benchmarks/run`.
let package = Package(
    name: "AnalysisBenchmarks",
    dependencies: [.package(name: "edge-agent", path: "../..")],
    targets: ["ImpedanceFit", "Routes"].map { name in
        .executableTarget(
            name: name, dependencies: [.product(name: "Analysis", package: "edge-agent")],
            swiftSettings: [.swiftLanguageMode(.v6)])
    }
)
