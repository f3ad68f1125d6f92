/// One quantity with its values, as Prometheus collects it (text format 0.0.4).
public struct Metric: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable {
        case counter, gauge
    }

    public struct Sample: Sendable, Hashable {
        public var labels: [String: String]
        public var value: Double

        public init(_ value: Double, _ labels: [String: String] = [:]) {
            self.value = value
            self.labels = labels
        }
    }

    /// `edge_…` with its unit, `_total` for counters.
    public let name: String
    public let kind: Kind
    /// One sentence.
    public let help: String
    public let samples: [Sample]

    public init(_ name: String, _ kind: Kind, _ help: String, _ samples: [Sample]) {
        self.name = name
        self.kind = kind
        self.help = help
        self.samples = samples
    }

    public init(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        self.init(name, kind, help, [Sample(value)])
    }

    /// The lines of all metrics, those without a value left out.
    static func text(_ metrics: [Metric]) -> String {
        metrics.filter { !$0.samples.isEmpty }.map(\.text).joined()
    }

    private var text: String {
        let lines = self.samples.map { sample in
            let labels = sample.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\(Self.escaped($0.value))\"" }
            let list = labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}"
            return "\(self.name)\(list) \(Self.number(sample.value))\n"
        }
        return "# HELP \(self.name) \(self.help)\n# TYPE \(self.name) \(self.kind.rawValue)\n" + lines.joined()
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
