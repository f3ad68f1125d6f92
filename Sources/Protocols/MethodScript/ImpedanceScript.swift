public import DeviceKit

/// The script that measures one impedance spectrum. It names the measurement first, lets the cell come to rest at the
/// bias, sweeps from high to low frequency and switches the cell off in the end, after an abort too.
public struct ImpedanceScript: Sendable, Hashable {
    public let sweep: ImpedanceSweep
    /// The tag as it can be sent; see `sendable`.
    public let tag: String
    public let script: MethodScript
    /// Lab time before the first point.
    public let equilibration: Duration

    /// - Parameters:
    ///   - equilibration: how long the cell is held at the bias before the sweep; zero leaves that out.
    /// - Throws: what is wrong with the sweep on this instrument.
    public init(
        _ sweep: ImpedanceSweep,
        tag: String,
        on instrument: MethodScriptInstrument,
        equilibration: Duration = .seconds(2)
    ) throws(Problem) {
        try Self.check(sweep, on: instrument)
        self.sweep = sweep
        self.tag = Self.sendable(tag)
        self.equilibration = equilibration
        let bias = try Self.literal(sweep.bias.si, "bias")
        let amplitude = try Self.literal(sweep.amplitude.si, "amplitude")
        let highest = try Self.literal(sweep.highest.si, "highest frequency")
        let lowest = try Self.literal(sweep.lowest.si, "lowest frequency")
        let smallCurrent = try Self.literal(sweep.currentRange.lowerBound.si, "smallest current range")
        let largeCurrent = try Self.literal(sweep.currentRange.upperBound.si, "largest current range")
        var lines = ["send_string \"\(self.tag)\"", "var f", "var r", "var j"]
        lines += ["set_pgstat_chan 0", "set_pgstat_mode 3", "set_max_bandwidth \(highest)"]
        lines += ["set_range_minmax da \(bias) \(bias)"]
        lines += ["set_range ba \(largeCurrent)", "set_autoranging ba \(smallCurrent) \(largeCurrent)"]
        if let smallest = instrument.ranges.potential.first(where: { $0.fullScale >= Voltage(10, .millivolt) }),
            let largest = instrument.ranges.potential.last
        {
            let smallText = try Self.literal(smallest.fullScale.si, "smallest potential range")
            let largeText = try Self.literal(largest.fullScale.si, "largest potential range")
            lines += ["set_range ab \(largeText)", "set_autoranging ab \(smallText) \(largeText)"]
        }
        lines += ["set_e \(bias)", "cell_on"]
        if equilibration > .zero {
            let time = try Self.literal(max(equilibration.seconds, 0.2), "equilibration")
            lines += ["meas_loop_ca r j \(bias) 200m \(time)", "endloop"]
        }
        lines += ["meas_loop_eis f r j \(amplitude) \(highest) \(lowest) \(sweep.pointCount)i \(bias)"]
        lines += ["pck_start", "pck_add f", "pck_add r", "pck_add j", "pck_end", "endloop"]
        lines += ["on_finished:", "cell_off"]
        do {
            self.script = try MethodScript(lines)
        } catch {
            throw Problem(description: error.description)
        }
    }

    /// Why a sweep cannot be measured.
    public struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
        public let description: String
    }

    /// Longest tag, so that its line is not too long.
    public static let longestTag = 100

    /// The tag as a script can carry it: printable ASCII without quotation marks and backslashes, others replaced by `_`,
    /// and cut to `longestTag`.
    public static func sendable(_ tag: String) -> String {
        let allowed = tag.unicodeScalars.map { scalar -> Character in
            let isAllowed = (0x20..<0x7F).contains(scalar.value) && scalar != "\"" && scalar != "\\"
            return isAllowed ? Character(scalar) : "_"
        }
        return String(allowed.prefix(Self.longestTag))
    }

    private static func check(_ sweep: ImpedanceSweep, on instrument: MethodScriptInstrument) throws(Problem) {
        guard (1...1000).contains(sweep.pointCount) else {
            throw Problem(description: "\(sweep.pointCount) points asked for, 1 to 1000 are possible")
        }
        guard sweep.lowest > .zero, sweep.lowest <= sweep.highest else {
            throw Problem(description: "frequencies from \(sweep.highest) to \(sweep.lowest) do not go downwards")
        }
        guard sweep.highest <= instrument.highestFrequency, sweep.lowest >= instrument.lowestFrequency else {
            throw Problem(
                description: "\(sweep.highest) to \(sweep.lowest) asked for, \(instrument.model) measures from "
                    + "\(instrument.highestFrequency) to \(instrument.lowestFrequency)"
            )
        }
        guard sweep.amplitude > .zero, sweep.amplitude <= instrument.largestAmplitude else {
            throw Problem(
                description: "amplitude \(sweep.amplitude) asked for, \(instrument.model) takes up to "
                    + "\(instrument.largestAmplitude)"
            )
        }
        let peak = sweep.amplitude * 2.0.squareRoot()
        guard instrument.potentials.contains(sweep.bias - peak), instrument.potentials.contains(sweep.bias + peak)
        else {
            throw Problem(
                description: "\(sweep.bias) ± \(peak) asked for, \(instrument.model) applies "
                    + "\(instrument.potentials.lowerBound) to \(instrument.potentials.upperBound)"
            )
        }
        let ranges = instrument.ranges.current
        guard let smallest = ranges.first?.fullScale, let largest = ranges.last?.fullScale,
            sweep.currentRange.lowerBound >= smallest * 0.999, sweep.currentRange.upperBound <= largest * 1.001
        else {
            throw Problem(
                description: "current ranges \(sweep.currentRange.lowerBound) to \(sweep.currentRange.upperBound) "
                    + "asked for, which \(instrument.model) does not have"
            )
        }
    }

    private static func literal(_ value: Double, _ name: String) throws(Problem) -> String {
        guard let text = MethodScriptLiteral.text(value) else {
            throw Problem(description: "the \(name) \(value) cannot be written in a script")
        }
        return text
    }
}
