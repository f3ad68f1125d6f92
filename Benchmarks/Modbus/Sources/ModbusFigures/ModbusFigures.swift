import Foundation

/// One figure per call: `ModbusFigures client PORT REGISTERS SECONDS` and so on; prints one JSON object.
@main
struct ModbusFigures {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        func number(_ place: Int) -> Int { arguments.indices.contains(place) ? Int(arguments[place]) ?? 0 : 0 }
        switch arguments.first {
        case "client":
            try await ClientFigures.one(port: number(1), registers: number(2), seconds: number(3))
        case "clients":
            try await ClientFigures.many(port: number(1), devices: number(2), registers: number(3), seconds: number(4))
        case "line":
            try await ClientFigures.line(arguments[1], baud: number(2), units: number(3), seconds: number(4))
        case "serve": try await Served.network()
        case "serve-line": try await Served.line(baud: number(1), reaction: number(2), units: number(3))
        case "plan": try PlanFigures.run()
        default: Swift.print("client | clients | line | serve | serve-line | plan")
        }
    }

    static func print(_ figures: [String: Double]) {
        let fields = figures.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" }
        Swift.print("{\(fields.joined(separator: ", "))}")
    }
}
