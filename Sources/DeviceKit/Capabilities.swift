/// One instrument under the name that the lab's configuration gives it. What it can do, its capability protocols say;
/// how it is spoken to stays in its driver.
public protocol Device: Sendable {
    var name: String { get }

    /// Asks the device who it is. Moves nothing.
    func identify() async throws(DeviceError) -> DeviceIdentity

    /// Brings the device to rest from every state: motion stopped, cell off, gas closed. Safe to repeat.
    func stop() async throws(DeviceError)
}

public struct DeviceIdentity: Sendable, Hashable, Codable {
    public var vendor: String
    public var model: String
    public var serialNumber: String?
    public var firmware: String?

    public init(vendor: String, model: String, serialNumber: String? = nil, firmware: String? = nil) {
        self.vendor = vendor
        self.model = model
        self.serialNumber = serialNumber
        self.firmware = firmware
    }
}

/// A pump with one syringe. Fill level zero is empty; moving to a lower level dispenses, to a higher one aspirates.
public protocol SyringePump: Device {
    /// Largest fill level, from the syringe's inner diameter and stroke.
    var capacity: Volume { get }
    /// Slowest flow without pulsation and fastest flow of the drive with this syringe.
    var flowRange: ClosedRange<FlowRate> { get }

    func status() async throws(DeviceError) -> SyringePumpStatus

    /// Moves the plunger to `level` (0…capacity) at `flow` (positive), waits until it rests, and returns the fill level
    /// read back. Repeating it is safe: a plunger that is there already does not move.
    ///
    /// Throws `.mismatch` if the plunger rests elsewhere, `.faulted` on overload. Cancelling stops the plunger first.
    func move(toFillLevel level: Volume, at flow: FlowRate) async throws(DeviceError) -> Volume

    /// Clears a fault and enables the drive; only on an operator's word.
    func clearFault() async throws(DeviceError)

    /// The drive's position counter when it was last read; nil as long as it means nothing. Sends nothing.
    func lastPositionCounter() async -> Int?

    /// Gives a drive that lost its supply its position back. Right only if the plunger was not moved meanwhile.
    func restore(positionCounter counter: Int) async throws(DeviceError)

    /// Runs to the empty end and slightly beyond, to find the position anew. The syringe must be taken out first, so this is
    /// only for an operator. Takes up to a minute of lab time.
    ///
    /// Throws `.refused` for an absolute drive, which needs none.
    func reference() async throws(DeviceError)
}

public struct SyringePumpStatus: Sendable, Hashable, Codable {
    public var fillLevel: Volume
    public var flow: FlowRate
    public var isEnabled: Bool
    public var isFaulted: Bool
    /// Whether the fill level can be believed: false for an incremental drive after a power cycle.
    public var isReferenced: Bool

    public init(fillLevel: Volume, flow: FlowRate, isEnabled: Bool, isFaulted: Bool, isReferenced: Bool) {
        self.fillLevel = fillLevel
        self.flow = flow
        self.isEnabled = isEnabled
        self.isFaulted = isFaulted
        self.isReferenced = isReferenced
    }
}

/// A rotary valve that joins its common port 0 with one of the ports 1…`positionCount`.
public protocol RotaryValve: Device {
    /// Number of selectable ports.
    var positionCount: Int { get }

    /// The port joined with the common port, 1…`positionCount`.
    func position() async throws(DeviceError) -> Int

    /// Turns to `position` (1…`positionCount`) and returns once the position read back says so.
    func turn(to position: Int) async throws(DeviceError)
}

/// A relay that switches something by being energised: here, a solenoid gas valve (released = safe).
public protocol Relay: Device {
    func isEnergised() async throws(DeviceError) -> Bool
    func set(energised: Bool) async throws(DeviceError)
}

/// A potentiostat that can measure impedance over frequency.
public protocol Potentiostat: Device {
    /// Measures a spectrum; `onPoint` is called for each point as it comes in. `tag` is written into the raw record.
    /// The cell is off when this returns or throws.
    func measureImpedance(
        _ sweep: ImpedanceSweep, tag: String, onPoint: @Sendable (ImpedancePoint) -> Void
    ) async throws(DeviceError) -> ImpedanceRecord
}

/// A vibrating-tube densimeter.
public protocol Densimeter: Device {
    /// Measures what stands in the cell, as often as the instrument's method says, and returns each repeat.
    ///
    /// - Parameters:
    ///   - sample: names the sample on the instrument, where its route carries a name.
    ///   - notice: told of what is odd and no reason to stop: files of others, an odd end of a file.
    ///   - keep: called with what the instrument wrote, before anything is made of it.
    /// - Throws: `.mismatch` if the instrument answers for another sample, `.garbled` for a result that cannot be read.
    func measure(
        _ order: DensimetryOrder, sample: String, notice: @Sendable (String) -> Void,
        keep: @Sendable (RawRecord) throws(DeviceError) -> Void
    ) async throws(DeviceError) -> [DensimetryReading]
}

/// A rolling-ball viscometer. It needs the density of the same filling, η = K·(ρ of the ball − ρ)·t, so it measures both.
public protocol Viscometer: Densimeter {}

public protocol Thermometer: Device {
    func temperature() async throws(DeviceError) -> Measured<TemperatureDimension>
}

/// A bath or a circulator that holds a temperature.
public protocol Thermostat: Thermometer {
    func setpoint() async throws(DeviceError) -> Temperature
    /// Where it is to go. It does not wait until it is there.
    func set(_ temperature: Temperature) async throws(DeviceError)
    func isRunning() async throws(DeviceError) -> Bool
    func set(running: Bool) async throws(DeviceError)
}

public protocol Balance: Device {
    /// The mass on the pan, and whether the balance calls it stable.
    func mass() async throws(DeviceError) -> (value: Measured<MassDimension>, isStable: Bool)
    /// Calls what lies on the pan zero.
    func tare() async throws(DeviceError)
}
