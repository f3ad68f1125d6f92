public import DeviceKit
import Glibc

/// How long an instrument takes for one frequency of an impedance measurement: it lets the excitation settle, then
/// samples (documentation of the PalmSens SDK, impedance settings). Lab time.
public enum ImpedanceTiming {
    /// Five periods, at most five seconds, in which nothing is recorded.
    public static func settling(at frequency: Frequency) -> Duration {
        .seconds(min(5 / frequency.si, 5))
    }

    /// One period, at least half a second.
    public static func sampling(at frequency: Frequency) -> Duration {
        .seconds(max(0.5, 1 / frequency.si))
    }

    public static func point(at frequency: Frequency) -> Duration {
        Self.settling(at: frequency) + Self.sampling(at: frequency)
    }
}

extension ImpedanceSweep {
    /// The frequencies an instrument measures at: evenly spaced on a logarithmic scale, from the highest to the lowest.
    public var frequencies: [Frequency] {
        guard self.pointCount > 1 else { return self.pointCount == 1 ? [self.highest] : [] }
        let ratio = self.lowest.si / self.highest.si
        return (0..<self.pointCount).map { index in
            Frequency(si: self.highest.si * pow(ratio, Double(index) / Double(self.pointCount - 1)))
        }
    }
}
