import DeviceKit
import Protocols

/// What whoever sits at the vendor's program is asked to measure, and by which name the result is known.
struct SessionOrder: Sendable, Hashable {
    /// Short enough to be typed.
    let code: String
    let sweep: ImpedanceSweep

    var fileName: String { "\(self.code).txt" }
    var resultName: String { "\(self.code).pssession" }

    /// - Parameters:
    ///   - tag: names the measurement in raw records; its end is the code.
    ///   - letter: makes a further measurement of the same tag another one.
    init(_ sweep: ImpedanceSweep, tag: String, letter: String) {
        let end = tag.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }.suffix(14)
        self.code = "Z" + end + letter
        self.sweep = sweep
    }

    var bytes: [UInt8] {
        let lines = [
            "Measure an impedance spectrum and save the session as \(self.resultName) in the folder out.", "",
            "frequencies: \(self.sweep.highest) down to \(self.sweep.lowest), \(self.sweep.pointCount) points, "
                + "evenly spaced on a logarithmic scale", "amplitude: \(self.sweep.amplitude) RMS",
            "DC potential: \(self.sweep.bias)",
            "current ranges: \(self.sweep.currentRange.lowerBound) to \(self.sweep.currentRange.upperBound)", "",
        ]
        return Array(lines.joined(separator: "\r\n").utf8)
    }

    /// Whether a file is the answer, by its name; a share of another system does not tell capitals.
    func isNamed(_ name: String) -> Bool { name.lowercased() == self.resultName.lowercased() }

    /// Why a spectrum is not the one that was ordered; nil if it is.
    func misfit(_ spectrum: PalmSensSession.Spectrum) -> String? {
        let frequencies = spectrum.points.map(\.frequency)
        guard let first = frequencies.first, let last = frequencies.last else { return "it has no points" }
        let (high, low) = (max(first, last), min(first, last))
        guard frequencies.count == self.sweep.pointCount else {
            return "it has \(frequencies.count) points, \(self.sweep.pointCount) were ordered"
        }
        guard abs(high / self.sweep.highest - 1) < 0.01, abs(low / self.sweep.lowest - 1) < 0.01 else {
            return "it goes from \(high) to \(low), ordered were \(self.sweep.highest) to \(self.sweep.lowest)"
        }
        if let amplitude = spectrum.amplitude, abs(amplitude / self.sweep.amplitude - 1) > 0.01 {
            return "its amplitude is \(amplitude), \(self.sweep.amplitude) was ordered"
        }
        return nil
    }
}
