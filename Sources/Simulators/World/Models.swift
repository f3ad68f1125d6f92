public import DeviceKit

/// What simulated hardware does, apart from how it is spoken to. The lab's world implements these; wire bindings
/// (SiLA servers, PTYs, TCP) call them and never parse on the model's behalf nor model on the wire's.

public protocol SyringePumpModel: Sendable {
    func state() async -> SyringePumpModelState
    /// Sets the syringe; capacity and fastest flow follow from it (6.33 mm/s piston speed).
    func configure(innerDiameter: Length, stroke: Length) async
    /// Starts an absolute move and returns at once. A running motion is replaced. The caller has checked the range;
    /// a disabled or faulted drive ignores it.
    func move(toFillLevel level: Volume, at flow: FlowRate) async
    /// A move is being prepared and will soon be told to start.
    func expectMove() async
    /// Starts a flow until stopped or at the end of the stroke; positive dispenses.
    func generate(flow: FlowRate) async
    func stop() async
    /// Clears a fault and enables the drive.
    func enable() async
    func disable() async
    /// Drives to the empty end and sets the position counter to zero.
    func reference() async
    func restore(positionCounter: Int) async
}

extension SyringePumpModel {
    public func expectMove() async {}
}

public struct SyringePumpModelState: Sendable, Hashable {
    public var fillLevel: Volume
    /// Signed: positive dispenses.
    public var flow: FlowRate
    public var isMoving: Bool
    public var isEnabled: Bool
    public var isFaulted: Bool
    public var isReferenced: Bool
    public var positionCounter: Int
    public var innerDiameter: Length
    public var stroke: Length
    public var capacity: Volume
    public var maximumFlow: FlowRate

    public init(
        fillLevel: Volume,
        flow: FlowRate,
        isMoving: Bool,
        isEnabled: Bool,
        isFaulted: Bool,
        isReferenced: Bool,
        positionCounter: Int,
        innerDiameter: Length,
        stroke: Length,
        capacity: Volume,
        maximumFlow: FlowRate
    ) {
        self.fillLevel = fillLevel
        self.flow = flow
        self.isMoving = isMoving
        self.isEnabled = isEnabled
        self.isFaulted = isFaulted
        self.isReferenced = isReferenced
        self.positionCounter = positionCounter
        self.innerDiameter = innerDiameter
        self.stroke = stroke
        self.capacity = capacity
        self.maximumFlow = maximumFlow
    }
}

public protocol RotaryValveModel: Sendable {
    var positionCount: Int { get }
    /// The selected port, 1…`positionCount`; while the rotor turns, the port it came from.
    func position() async -> Int
    func isTurning() async -> Bool
    /// Starts turning and returns at once.
    func turn(to position: Int) async
}

public protocol RelayModel: Sendable {
    func isEnergised() async -> Bool
    func set(energised: Bool) async
}

/// The cells of a densimeter with a viscometer behind it.
public protocol DensimeterCellModel: Sendable {
    /// What an ideal instrument would find now; `conductivity` is of no matter.
    func filling() async -> CellTruth
    /// Its temperature as the instrument's thermostat left it.
    func set(temperature: Temperature) async
    /// Writes what now stands in the cell into the world's record of events, under the measurement's tag.
    func recordMeasurement(tag: String) async
}

/// The cell between a potentiostat's leads.
public protocol ConductivityCellModel: Sendable {
    /// Whether the potentiostat drives the cell, for safety assertions.
    func set(cellOn: Bool) async
    /// The cell's impedance without noise: real and (negative when capacitive) imaginary part. Infinite for an
    /// empty cell.
    func impedance(at frequency: Frequency) async -> (real: Resistance, imaginary: Resistance)
    /// Writes what now stands in the cell into the world's record of events, under the measurement's tag.
    func recordMeasurement(tag: String) async
}
