public import DeviceKit

/// A syringe as its pump needs to know it, and what follows from it.
///
/// Volumes are the cross section π/4·d² times the plunger's travel. The speed limits are those of the neMESYS Low
/// Pressure module: 6.33 mm/s at most, and 1.042 µm/s as the slowest without pulsation.
public struct SyringeGeometry: Sendable, Hashable {
    public let innerDiameter: Length
    /// Travel of the plunger from empty to full; 60 mm for CETONI's glass syringes.
    public let stroke: Length

    public init(innerDiameter: Length, stroke: Length = Length(60, .millimetre)) {
        self.innerDiameter = innerDiameter
        self.stroke = stroke
    }

    /// m²
    var crossSection: Double { .pi / 4 * self.innerDiameter.si * self.innerDiameter.si }

    public var capacity: Volume { Volume(si: self.crossSection * self.stroke.si) }
    public var slowestFlow: FlowRate { FlowRate(si: self.crossSection * 1.042e-6) }
    public var fastestFlow: FlowRate { FlowRate(si: self.crossSection * 6.33e-3) }
}
