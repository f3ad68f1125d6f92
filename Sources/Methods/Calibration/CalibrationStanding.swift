import DeviceKit

/// Whether a calibration counts today.
public struct CalibrationStanding: Sendable, Hashable {
    public enum Status: String, Sendable, Hashable, Codable {
        /// It is used.
        case valid
        /// It is used though it is too old, and that is said.
        case expired
        /// It was not passed, and is not used.
        case failed
        /// A newer one, or the lab's description, is used in its place; or what was calibrated is not there any more.
        case superseded
    }

    public var status: Status
    /// ISO date; nil where it gets never too old, or is not used.
    public var lastDay: String?
}

extension LabModel {
    /// - Parameter day: ISO date.
    public func standing(of record: CalibrationRecord, on day: String) -> CalibrationStanding {
        guard record.isPassed else { return CalibrationStanding(status: .failed) }
        guard self.uses(record) else { return CalibrationStanding(status: .superseded) }
        return self.standing(of: record.kind, determined: record.determined, on: day)
    }

    /// Of what the lab's description says of the cell; nil where a measured constant is used.
    public func standingOfDescribedConstant(on day: String) -> CalibrationStanding? {
        guard self.conductivity != nil, self.cell.calibration == nil else { return nil }
        return self.standing(
            of: CellConstantDetermination.kind, determined: self.cell.constantDetermined, on: day)
    }

    private func standing(of kind: String, determined: String, on day: String) -> CalibrationStanding {
        guard let maximum = self.maximumAge(of: kind) else { return CalibrationStanding(status: .valid) }
        let lastDay = CalendarDay.date(Int(maximum / .seconds(86_400)), after: determined)
        return CalibrationStanding(status: (lastDay ?? day) < day ? .expired : .valid, lastDay: lastDay)
    }

    private func uses(_ record: CalibrationRecord) -> Bool {
        let used = [
            self.cell.calibration, self.densimeter?.lastCheck?.id, self.densimeter?.lastAirCheck?.id,
        ]
        return used.contains(record.id) || self.vialLines.contains { $0.weighing?.id == record.id }
    }

    private func maximumAge(of kind: String) -> Duration? {
        switch kind {
        case CellConstantDetermination.kind: self.cell.constantMaximumAge
        case DensimeterVerification.kind: self.densimeter?.checkMaximumAge
        case LineVolumeDetermination.kind: self.handling.lineVolumeMaximumAge
        default: nil
        }
    }
}
