public import DeviceKit

/// What the agent asks of a bridge to a PalmSens4: one JSON object per line, `{"id": 7, "do": "hello"}`.
///
/// The bridge repeats the id in everything it says about the command, so that no late word is taken for the answer to
/// another one. The protocol is ours, see `docs/palmsens-bridge.md`.
public enum BridgeCommand: Sendable, Hashable {
    /// Who is there? Moves nothing.
    case hello
    case impedance(Impedance)
    /// End what is being measured and switch the cell off.
    case abort

    public struct Impedance: Sendable, Hashable {
        public var sweep: ImpedanceSweep
        /// How long the cell is held at the bias before the sweep.
        public var equilibration: Duration
        public var tag: String

        public init(_ sweep: ImpedanceSweep, equilibration: Duration, tag: String) {
            self.sweep = sweep
            self.equilibration = equilibration
            self.tag = tag
        }
    }

    /// The version of the protocol that is spoken here.
    public static let version: Int64 = 1

    /// The line without its ending.
    public func line(id: Int64) -> String {
        var object: JSONObject = ["id": .integer(id)]
        switch self {
        case .hello:
            object["do"] = "hello"
            object["protocol"] = .integer(Self.version)
        case .abort: object["do"] = "abort"
        case .impedance(let impedance):
            let sweep = impedance.sweep
            object["do"] = "impedance"
            object["highest_Hz"] = .number(sweep.highest.in(.hertz))
            object["lowest_Hz"] = .number(sweep.lowest.in(.hertz))
            object["points"] = .integer(Int64(sweep.pointCount))
            object["amplitude_V_rms"] = .number(sweep.amplitude.in(.volt))
            object["bias_V"] = .number(sweep.bias.in(.volt))
            object["smallest_range_A"] = .number(sweep.currentRange.lowerBound.in(.ampere))
            object["largest_range_A"] = .number(sweep.currentRange.upperBound.in(.ampere))
            object["equilibration_s"] = .number(impedance.equilibration / .seconds(1))
            object["tag"] = .string(impedance.tag)
        }
        return JSONValue.object(object).text()
    }

    /// Reads a line as a bridge does.
    ///
    /// - Throws: what is wrong with it, in words.
    public static func parse(_ line: some Sequence<UInt8>) throws(BridgeFormatError) -> (id: Int64, command: Self) {
        let json = try BridgeFormatError.reading(line)
        guard let id = json["id"]?.integer else { throw BridgeFormatError("there is no id") }
        switch json["do"]?.string {
        case "hello": return (id, .hello)
        case "abort": return (id, .abort)
        case "impedance": return (id, .impedance(try Impedance(json)))
        default: throw BridgeFormatError("“do” is not hello, impedance or abort")
        }
    }
}

extension BridgeCommand.Impedance {
    fileprivate init(_ json: JSONValue) throws(BridgeFormatError) {
        func number(_ key: String) throws(BridgeFormatError) -> Double {
            guard let number = json[key]?.double, number.isFinite else {
                throw BridgeFormatError("“\(key)” is no number")
            }
            return number
        }
        let smallest = try number("smallest_range_A")
        let largest = try number("largest_range_A")
        guard smallest <= largest else { throw BridgeFormatError("the smallest range is above the largest") }
        guard let count = json["points"]?.integer, (1...10_000).contains(count) else {
            throw BridgeFormatError("“points” is not 1 to 10000")
        }
        self.init(
            ImpedanceSweep(
                highest: Frequency(try number("highest_Hz"), .hertz),
                lowest: Frequency(try number("lowest_Hz"), .hertz), pointCount: Int(count),
                amplitude: Voltage(try number("amplitude_V_rms"), .volt),
                bias: Voltage(try number("bias_V"), .volt),
                currentRange: Current(smallest, .ampere)...Current(largest, .ampere)),
            equilibration: .seconds(try number("equilibration_s")), tag: json["tag"]?.string ?? "")
    }
}

/// Why a line of a bridge's conversation cannot be read.
public struct BridgeFormatError: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }

    static func reading(_ line: some Sequence<UInt8>) throws(Self) -> JSONValue {
        do throws(JSONParseError) {
            return try JSONValue(parsing: line, depthLimit: 4)
        } catch {
            throw Self("no JSON: \(error)")
        }
    }
}
