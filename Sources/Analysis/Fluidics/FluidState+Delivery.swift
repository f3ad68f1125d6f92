public import DeviceKit

/// What one pump gives into a stream.
public struct PumpDose: Sendable, Hashable, Codable {
    public var pump: String
    public var volume: Volume

    public init(pump: String, volume: Volume) {
        self.pump = pump
        self.volume = volume
    }
}

/// What came out at the end of a route.
public struct FluidDelivery: Sendable, Hashable, Codable {
    public var sink: String
    /// In the order of arrival. Gas is told here, even where it left through a vent.
    public var arrived: [FluidPortion]
    /// Gas that a bottle gave because it had run empty.
    public var gasForLiquid: Volume

    /// All of it, mixed.
    public var total: FluidPortion { self.arrived.reduce(into: FluidPortion()) { $0 += $1 } }
}

extension FluidState {
    /// Moves `volume` from the source of `route` to its sink: out of a syringe, out of a bottle into a syringe, or gas.
    ///
    /// A bottle that holds less gives gas for the rest, and the delivery says how much. Throws, without having moved
    /// anything, `.shortage` for a syringe, `.overfull` for a full sink, `.notASource` and `.notASink` for open ends.
    @discardableResult
    public mutating func transfer(
        _ volume: Volume,
        along route: FluidicRoute
    ) throws(FluidStateError) -> FluidDelivery {
        try self.move([route.source: try Self.picolitres(volume)], along: [route], to: route.sink)
    }

    /// Lets several pumps dose at the same time, each with a constant flow from the first to the last moment, so that
    /// where streams meet their liquids mix in the proportion of the doses. Throws as `transfer` does; pumps of the
    /// stream without a dose stand still.
    @discardableResult
    public mutating func deliver(
        _ doses: [PumpDose],
        along stream: FluidicStream
    ) throws(FluidStateError) -> FluidDelivery {
        var amounts: [String: Int64] = [:]
        for dose in doses {
            guard stream.routes.contains(where: { $0.source == dose.pump }),
                amounts.updateValue(try Self.picolitres(dose.volume), forKey: dose.pump) == nil
            else { throw .notInStream(pump: dose.pump) }
        }
        let dosing = stream.routes.filter { (amounts[$0.source] ?? 0) > 0 }
        return try self.move(amounts, along: dosing, to: stream.sink)
    }

    private mutating func move(
        _ amounts: [String: Int64],
        along routes: [FluidicRoute],
        to sink: String
    ) throws(FluidStateError) -> FluidDelivery {
        var motion = FluidMotion(self, amounts: amounts)
        let arrived = try motion.outflow(at: sink, of: routes)
        try motion.receive(arrived, at: sink)
        self = motion.state
        return FluidDelivery(
            sink: sink,
            arrived: arrived.filter { !$0.isEmpty },
            gasForLiquid: motion.gasForLiquid.volume
        )
    }

    private static func picolitres(_ volume: Volume) throws(FluidStateError) -> Int64 {
        guard let count = volume.picolitres else { throw .impossibleVolume(volume) }
        return count
    }
}
