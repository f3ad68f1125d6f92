import DeviceKit
import Protocols

/// The settings of the simulated amplifier, and what it makes of a current.
struct AnalogFrontEnd: Sendable {
    let instrument: MethodScriptInstrument
    var isCellOn = false
    var potential = Voltage.zero
    var currentRange: Current?
    var currentAutoRange: ClosedRange<Current>?
    var potentialRange: Voltage?
    var potentialAutoRange: ClosedRange<Voltage>?
    /// What the last `send_string` said: our scripts name the measurement with it.
    var tag = ""

    struct Reading: Sendable {
        var index: UInt8?
        var fullScale: Current?
        var status: MethodScriptStatus
    }

    init(_ instrument: MethodScriptInstrument) {
        self.instrument = instrument
    }

    /// The range in which a current of this size is measured, and how well.
    func reading(of current: Current) -> Reading {
        let allowed = self.allowedCurrentRanges
        guard let chosen = allowed.first(where: { $0.fullScale >= current }) ?? allowed.last else {
            return Reading(index: nil, fullScale: nil, status: [])
        }
        var status: MethodScriptStatus = []
        if current > chosen.fullScale {
            status = .overload
        } else if current > 0.95 * chosen.fullScale {
            status = .overloadWarning
        } else if current < 0.01 * chosen.fullScale {
            status = .underload
        }
        return Reading(index: chosen.index, fullScale: chosen.fullScale, status: status)
    }

    /// The index of the range in which a potential is measured.
    func potentialIndex(of potential: Voltage) -> UInt8? {
        let ranges = self.instrument.ranges.potential
        if let auto = self.potentialAutoRange {
            let allowed = ranges.filter {
                $0.fullScale >= auto.lowerBound * 0.99 && $0.fullScale <= auto.upperBound * 1.01
            }
            return (allowed.first { $0.fullScale >= potential } ?? allowed.last ?? ranges.last)?.index
        }
        guard let wanted = self.potentialRange else { return ranges.last?.index }
        return (ranges.first { $0.fullScale >= wanted * 0.99 } ?? ranges.last)?.index
    }

    private var allowedCurrentRanges: [MethodScriptRanges.Range<CurrentDimension>] {
        let ranges = self.instrument.ranges.current
        if let auto = self.currentAutoRange {
            let allowed = ranges.filter {
                $0.fullScale >= auto.lowerBound * 0.99 && $0.fullScale <= auto.upperBound * 1.01
            }
            if !allowed.isEmpty { return allowed }
        }
        let wanted = self.currentRange ?? .zero
        return (ranges.first { $0.fullScale >= wanted * 0.99 } ?? ranges.last).map { [$0] } ?? []
    }
}
