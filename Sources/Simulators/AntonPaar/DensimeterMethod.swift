public import DeviceKit

/// A method as it is set up on a simulated densimeter.
public struct DensimeterMethod: Sendable, Hashable {
    public var name: String
    public var number: Int
    public var temperature: Temperature
    public var measuresViscosity: Bool
    /// In the LIMS folder; a measurement on the line has one result.
    public var repeats: Int

    public init(name: String, number: Int, temperature: Temperature, measuresViscosity: Bool = true, repeats: Int = 3) {
        self.name = name
        self.number = number
        self.temperature = temperature
        self.measuresViscosity = measuresViscosity
        self.repeats = repeats
    }

    /// Lab time of one repeat: 20 s for the oscillation, two passes of the ball of 15 s each.
    var duration: Duration { self.measuresViscosity ? .seconds(50) : .seconds(20) }
}
