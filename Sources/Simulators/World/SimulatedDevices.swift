public import DeviceKit

/// A syringe pump of a simulated lab.
public struct SimulatedSyringePump: SyringePumpModel {
    let world: LabWorld
    let index: Int

    public func state() async -> SyringePumpModelState {
        await self.world.with { [index] in $0.syringes[index].state }
    }
    public func configure(innerDiameter: Length, stroke: Length) async {
        await self.world.with { [index] in $0.configure(pump: index, innerDiameter: innerDiameter, stroke: stroke) }
    }
    public func move(toFillLevel level: Volume, at flow: FlowRate) async {
        await self.world.with { [index] in $0.move(pump: index, toFillLevel: level, at: flow) }
    }
    public func generate(flow: FlowRate) async {
        await self.world.with { [index] in $0.generate(pump: index, flow: flow) }
    }
    public func stop() async { await self.world.with { [index] in $0.stop(pump: index) } }
    public func enable() async { await self.world.with { [index] in $0.setEnabled(pump: index, true) } }
    public func disable() async { await self.world.with { [index] in $0.setEnabled(pump: index, false) } }
    public func reference() async { await self.world.with { [index] in $0.reference(pump: index) } }
    public func restore(positionCounter: Int) async {
        await self.world.with { [index] in $0.restore(pump: index, positionCounter: positionCounter) }
    }
}

/// A rotary valve of a simulated lab.
public struct SimulatedRotaryValve: RotaryValveModel {
    public let positionCount: Int
    let world: LabWorld
    let index: Int

    public func position() async -> Int { await self.world.with { [index] in $0.rotors[index].position } }
    public func isTurning() async -> Bool { await self.world.with { [index] in $0.rotors[index].isTurning } }
    public func turn(to position: Int) async {
        await self.world.with { [index] in $0.turn(valve: index, to: position) }
    }
}

/// The relay that moves a solenoid gas valve of a simulated lab.
public struct SimulatedRelay: RelayModel {
    let world: LabWorld
    let index: Int

    public func isEnergised() async -> Bool { await self.world.with { [index] in $0.isEnergised[index] } }
    public func set(energised: Bool) async {
        await self.world.with { [index] in $0.set(gasValve: index, energised: energised) }
    }
}

/// The measuring cell of a densimeter of a simulated lab.
public struct SimulatedDensimeterCell: DensimeterCellModel {
    let world: LabWorld
    let index: Int

    public func filling() async -> CellTruth { await self.world.with { [index] in $0.truth(ofCell: index) } }
    public func set(temperature: Temperature) async {
        await self.world.with { [index] in $0.temper(cell: index, to: temperature) }
    }
    public func recordMeasurement(tag: String) async {
        await self.world.with { [index] in $0.recordMeasurement(cell: index, tag: tag) }
    }
}

/// A measuring cell of a simulated lab.
public struct SimulatedConductivityCell: ConductivityCellModel {
    let world: LabWorld
    let index: Int

    public func set(cellOn: Bool) async { await self.world.with { [index] in $0.set(cell: index, on: cellOn) } }
    public func impedance(at frequency: Frequency) async -> (real: Resistance, imaginary: Resistance) {
        await self.world.with { [index] in $0.impedance(ofCell: index, at: frequency) }
    }
    public func recordMeasurement(tag: String) async {
        await self.world.with { [index] in $0.recordMeasurement(cell: index, tag: tag) }
    }
}
