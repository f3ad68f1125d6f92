import DeviceKit
import DeviceProfiles
import EdgeAgent
import Foundation
import Testing

@Suite struct LabDescriptionPropertyTests {
    /// Values that no key of a description is meant to have, or few.
    static let strange = [
        "0", "-1", "1e308", "1e-320", ".nan", ".inf", "\"\"", "[]", "{ a: b }", "~", "0 mL/s", "1e308 mL", "1e-300 mm",
        "-0 s", "1e400 K", "9999999999 d", "99999999999999999999", "𝟙 s", "½ s", "waste_1", "tcp://[::1]:1", "../..",
    ]

    @Test(arguments: [2026 as UInt64])
    func `a strange value never stops the check, and is never reported at the file's beginning`(_ seed: UInt64) throws {
        var random = SplitMix(state: seed)
        let lab = try BrokenLab("lab: 1", "lab: 1", at: "1")
        defer { lab.remove() }
        let file = URL(filePath: lab.file)
        let text = try String(contentsOf: file, encoding: .utf8)
        let values = text.ranges(of: #/: [^\s{\[#][^,}\n#]*/#)
        try #require(values.count > 100)
        for draw in 0..<60 {
            guard let place = values.randomElement(using: &random),
                let value = Self.strange.randomElement(using: &random)
            else { continue }
            let before = text[text.startIndex..<place.lowerBound].suffix(30)
            try text.replacingCharacters(in: place, with: ": \(value)").write(
                to: file, atomically: true, encoding: .utf8)
            do {
                _ = try lab.load()
            } catch let findings as SourceDiagnostics {
                let atStart = findings.errors.filter { $0.line == 1 && $0.column == 1 }
                #expect(atStart.isEmpty, "seed \(seed), draw \(draw), …\(before): \(value)")
            }
        }
    }
}

/// Reproducible draws (Steele et al., OOPSLA 2014, 453).
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
