// swift-tools-version: 6.1
import PackageDescription

/// Times Modbus lines and plans; apart from the product, so that the product builds without it. Run `Benchmarks/run-modbus`.
let package = Package(
    name: "ModbusBenchmarks",
    dependencies: [.package(name: "edge-agent", path: "../..")],
    targets: [
        .executableTarget(
            name: "ModbusFigures", dependencies: [.product(name: "ModbusLines", package: "edge-agent")],
            swiftSettings: [.swiftLanguageMode(.v6)])
    ]
)
