public import DeviceKit

/// The small file that starts a measurement on a DMA M through its LIMS import folder.
///
/// Shape: a production driver that writes such files. What the three blank fields mean is unverified.
public struct LimsOrder: Sendable, Hashable {
    /// Longest sample name that is safe; unverified.
    public static let longestName = 30

    public let sample: String
    public let method: String
    public let purpose: DensimetryOrder.Purpose

    /// Nil for a name that the instrument could not give back in a file's name.
    public init?(sample: String, method: String, purpose: DensimetryOrder.Purpose = .sample) {
        guard Self.isName(sample), sample.utf8.count <= Self.longestName, !method.isEmpty,
            !method.contains(where: { ";\r\n".contains($0) })
        else { return nil }
        self.sample = sample
        self.method = method
        self.purpose = purpose
    }

    /// Measurements are named after their sample, checks after their kind.
    public var fileName: String {
        switch self.purpose {
        case .sample: "\(self.sample).lims"
        case .check(let standard): "\(Self.checkType(standard)).lims"
        }
    }

    /// Two lines, CR LF between them and nothing after the second.
    public var bytes: [UInt8] {
        var line = "1;\(self.sample);;;;\(self.method)"
        guard case .check(let standard) = self.purpose else { return CodePage850.bytes("#V100\r\n\(line)") }
        line += ";Type;C (Check);Check Type;\(Self.checkType(standard))"
        return CodePage850.bytes("#V200\r\n\(line)")
    }

    /// The file in which the result comes. `Check` is unverified.
    public var resultName: String {
        self.purpose == .sample
            ? "\(self.sample)_\(self.method)_Measurement.csv" : "\(self.sample)_\(self.method)_Check.csv"
    }

    /// Reads an order as an instrument does. Nil for what is none.
    public init?(parsing bytes: [UInt8]) {
        let lines = CodePage850.text(bytes).split(whereSeparator: \.isNewline)
        guard lines.count == 2, lines[0] == "#V100" || lines[0] == "#V200" else { return nil }
        let fields = lines[1].split(separator: ";", omittingEmptySubsequences: false).map(String.init)
        guard fields.count >= 6, fields[0] == "1" else { return nil }
        let pairs = stride(from: 6, to: fields.count - 1, by: 2).map { (fields[$0], fields[$0 + 1]) }
        let check = pairs.first { $0.0 == "Check Type" }?.1
        let standard = DensityStandard.allCases.first { Self.checkType($0) == check }
        self.init(
            sample: fields[1], method: fields[5], purpose: standard.map(DensimetryOrder.Purpose.check) ?? .sample)
    }

    /// `Air check` is unverified.
    private static func checkType(_ standard: DensityStandard) -> String {
        switch standard {
        case .water: "Water check"
        case .air: "Air check"
        }
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    }
}
