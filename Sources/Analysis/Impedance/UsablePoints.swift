import DeviceKit

/// The points of a spectrum that may enter a calculation, in the order measured, and those that may not.
struct UsablePoints: Sendable {
    struct Point: Sendable {
        let frequency: AngularFrequency
        let impedance: Complex
    }

    private(set) var points: [Point] = []
    private(set) var dropped: [DroppedPoint] = []

    init(_ spectrum: [ImpedancePoint], inductivePoints: InductivePoints = .keep) {
        self.points.reserveCapacity(spectrum.count)
        for (index, point) in spectrum.enumerated() {
            if let reason = Self.objection(to: point, inductivePoints) {
                self.dropped.append(DroppedPoint(index: index, reason: reason))
            } else {
                self.points.append(
                    Point(
                        frequency: AngularFrequency(point.frequency),
                        impedance: Complex(point.real.si, point.imaginary.si)
                    )
                )
            }
        }
    }

    /// The points with Z'' < 0.
    var capacitive: [Point] { self.points.filter { $0.impedance.imaginary < 0 } }

    private static func objection(
        to point: ImpedancePoint,
        _ inductivePoints: InductivePoints
    ) -> DroppedPoint.Reason? {
        let square = Complex(point.real.si, point.imaginary.si).squaredMagnitude
        if point.isOverloaded { return .overloaded }
        guard point.frequency.isFinite, square.isFinite else { return .notFinite }
        guard point.frequency.si > 0 else { return .frequencyNotPositive }
        guard square > 0 else { return .zeroImpedance }
        return inductivePoints == .drop && point.imaginary.si >= 0 ? .inductive : nil
    }
}

/// What a fit does with points of Z'' ≥ 0, which the inductance of leads causes at high frequencies.
public enum InductivePoints: String, Sendable, Hashable, Codable {
    case keep
    /// Leaves them out, as MADAP does.
    case drop
}
