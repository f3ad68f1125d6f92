import DeviceKit
import Protocols

/// What a drive's counts and turns are to its syringe. Fill levels count from zero when empty to negative when full.
struct EposScale: Sendable, Hashable {
    /// Of the encoder, four for each pulse.
    var countsPerTurn: Double
    /// Turns of the motor for one turn of the spindle, which is one millimetre.
    var gear: Double
    /// Turns per minute in one unit of the drive.
    var turnsPerMinute: Double
    /// Fastest speed that the drive allows, in its units.
    var greatestVelocity: Int
    /// Where the drive itself allows its position to be, counts; nil where it says nothing.
    var positions: ClosedRange<Int>?

    private var countsPerMillimetre: Double { self.countsPerTurn * self.gear }
    private var velocityPerSpeed: Double { 60 * self.gear / self.turnsPerMinute }

    func counts(_ level: Volume, _ syringe: SyringeGeometry) -> Int? {
        Int(exactly: (-level.si / syringe.crossSection * 1000 * self.countsPerMillimetre).rounded())
    }

    func level(_ counts: Int, _ syringe: SyringeGeometry) -> Volume {
        // Without the sign of a negative zero.
        counts == 0 ? .zero : Volume(si: -Double(counts) / self.countsPerMillimetre / 1000 * syringe.crossSection)
    }

    func velocity(_ flow: FlowRate, _ syringe: SyringeGeometry) -> Int? {
        Int(exactly: (flow.si / syringe.crossSection * 1000 * self.velocityPerSpeed).rounded())
    }

    /// Positive when dispensing, towards zero counts.
    func flow(_ velocity: Int, _ syringe: SyringeGeometry) -> FlowRate {
        FlowRate(si: Double(velocity) / self.velocityPerSpeed / 1000 * syringe.crossSection)
    }

    func fastestFlow(_ syringe: SyringeGeometry) -> FlowRate { self.flow(self.greatestVelocity, syringe) }
}
