public import DeviceKit

/// One channel or tube between two nodes of a lab's tubing graph.
public struct FluidicEdge: Sendable, Hashable {
    /// Unique name, as on the tube's label.
    public var label: String
    public var start: String
    public var end: String
    public var length: Length
    public var innerDiameter: Length
    /// Liquid it holds.
    public var deadVolume: Volume
    /// Whether liquid may only go from `start` to `end`.
    public var isDirected: Bool
    /// Whether it is inside a device (a valve's channel, a cell) rather than a tube.
    public var isFixed: Bool

    public init(
        label: String,
        start: String,
        end: String,
        length: Length,
        innerDiameter: Length,
        deadVolume: Volume,
        isDirected: Bool,
        isFixed: Bool
    ) {
        self.label = label
        self.start = start
        self.end = end
        self.length = length
        self.innerDiameter = innerDiameter
        self.deadVolume = deadVolume
        self.isDirected = isDirected
        self.isFixed = isFixed
    }
}
