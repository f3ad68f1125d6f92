public import DeviceKit
import Glibc

/// Two electrodes in a cell and the cable to them: (R + CPE) ∥ C + L.
public struct CellElectrodes: Sendable, Hashable {
    public var cellConstant: CellConstant
    /// Admittance constant of the double layer's constant phase element, S·s^α.
    public var doubleLayerAdmittance: Double
    /// Its exponent α, 0…1.
    public var doubleLayerExponent: Double
    /// Henry.
    public var cableInductance: Double
    /// Farad, parallel to the cell; zero leaves it out.
    public var geometricCapacitance: Double

    public init(
        cellConstant: CellConstant = CellConstant(1, .perCentimetre),
        doubleLayerAdmittance: Double = 8e-6,
        doubleLayerExponent: Double = 0.92,
        cableInductance: Double = 0,
        geometricCapacitance: Double = 0
    ) {
        self.cellConstant = cellConstant
        self.doubleLayerAdmittance = doubleLayerAdmittance
        self.doubleLayerExponent = doubleLayerExponent
        self.cableInductance = cableInductance
        self.geometricCapacitance = geometricCapacitance
    }

    /// The impedance with a liquid of this conductivity between the electrodes; a cell that does not conduct gives
    /// an infinite real part and an imaginary part of zero.
    public func impedance(
        of conductivity: Conductivity,
        at frequency: Frequency
    ) -> (real: Resistance, imaginary: Resistance) {
        guard conductivity.si > 0 else { return (Resistance(si: .infinity), .zero) }
        let omega = 2 * Double.pi * frequency.in(.hertz)
        let phase = -self.doubleLayerExponent * Double.pi / 2
        let magnitude = 1 / (self.doubleLayerAdmittance * pow(omega, self.doubleLayerExponent))
        var real = self.cellConstant.si / conductivity.si + magnitude * cos(phase)
        var imaginary = magnitude * sin(phase)
        if self.geometricCapacitance > 0 {
            // Z / (1 + jωC·Z)
            let susceptance = omega * self.geometricCapacitance
            let (a, b) = (1 - susceptance * imaginary, susceptance * real)
            let norm = a * a + b * b
            (real, imaginary) = ((real * a + imaginary * b) / norm, (imaginary * a - real * b) / norm)
        }
        return (Resistance(si: real), Resistance(si: imaginary + omega * self.cableInductance))
    }
}
