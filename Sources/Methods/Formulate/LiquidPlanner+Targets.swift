import Analysis
import DeviceKit

/// Bringing a mixture into the measuring cell or a vial, and cleaning up behind it.
extension LiquidPlanner {
    /// What the first portion must push: twice the line into the cell, and the portion itself.
    func volumeToReach(_ cell: some MeasuringCell) throws(RequestRefusal) -> Volume {
        let inlet = try self.cellInlet(cell)
        return try self.route(from: self.handling.sampleNode, to: inlet).deadVolume * 2 + cell.sampleVolume
    }

    mutating func fill(
        _ cell: some MeasuringCell, with mixture: Mixture, volume: Volume
    ) throws(RequestRefusal) {
        try self.collect(
            mixture, volume, to: self.handling.waste, via: [self.handling.mixer, try self.cellInlet(cell)],
            "push \(volume) through the cell \(cell.instrument)")
    }

    mutating func measure(_ cell: ConductivityCell, _ sweep: ImpedanceSweep, repetition: Int, of count: Int) {
        self.append(
            "measure the impedance, \(repetition + 1) of \(count)",
            .measureImpedance(potentiostat: cell.potentiostat, sweep: sweep, repetition: repetition),
            estimate: .seconds(Double(sweep.pointCount)))
    }

    mutating func measure(
        _ cell: DensimeterCell, _ method: DensimeterCell.InstrumentMethod, _ sample: SampleIdentity
    ) {
        let order = DensimetryOrder(method: method.name, number: method.number, temperature: method.temperature)
        self.measure(
            cell, order, sample,
            "measure density\(method.measuresViscosity ? " and viscosity" : "") at \(method.temperature)")
    }

    /// Has a person start it where the agent cannot.
    mutating func measure(
        _ cell: DensimeterCell, _ order: DensimetryOrder, _ sample: SampleIdentity, _ title: String
    ) {
        var order = order
        if cell.isStartedByHand {
            let name = sample.typedName
            order.sampleName = name
            self.ask("start \(cell.densimeter) by hand", .start(of: cell.densimeter, order.method, sample: name))
        }
        self.append(
            title, .measureDensity(densimeter: cell.densimeter, order: order, cell: cell.instrument),
            estimate: .seconds(300))
    }

    /// Empties the line to the vial with gas, delivers exactly `volume`, and blows it out of the line into the vial.
    mutating func fill(_ vial: String, with mixture: Mixture, volume: Volume) throws(RequestRefusal) {
        let line = try self.vialLine(vial)
        try self.blow(along: line, self.handling.blowOut, "empty the line to the vials")
        try self.collect(
            mixture, volume, to: vial, via: [self.handling.mixer, self.handling.sampleNode],
            "deliver \(volume) into \(vial)")
        let gas = try self.route(from: self.handling.gas.source, to: vial, via: [self.handling.sampleNode])
        try self.blow(along: gas, self.handling.blowOut, "blow the line out into \(vial)")
    }

    mutating func rinse(_ cell: some MeasuringCell) throws(RequestRefusal) {
        try self.rinse(via: [self.handling.mixer, try self.cellInlet(cell)], "the cell \(cell.instrument)")
    }

    mutating func dry(_ cell: some MeasuringCell) throws(RequestRefusal) {
        let route = try self.route(
            from: self.handling.gas.source, to: self.handling.waste, via: [try self.cellInlet(cell)])
        try self.blow(along: route, self.handling.dry, "dry the cell \(cell.instrument)")
    }

    mutating func rinseVialLine(_ vial: String) throws(RequestRefusal) {
        let last = try self.vialLine(vial).nodes.dropLast()
        try self.rinse(
            via: [self.handling.mixer, self.handling.sampleNode] + last.suffix(2).prefix(1), "the line to the vials")
    }

    mutating func dryVialLine(_ vial: String) throws(RequestRefusal) {
        try self.blow(along: self.vialLine(vial), self.handling.dry, "dry the line to the vials")
    }

    // MARK: Parts

    private mutating func collect(
        _ mixture: Mixture, _ volume: Volume, to target: String, via: [String], _ title: String
    ) throws(RequestRefusal) {
        try self.fill(mixture.parts.map { ($0.pump, volume * $0.fraction) })
        let stream = try self.stream(from: mixture.parts.map(\.pump), to: target, via: via)
        try self.open(stream.routes, for: "from the pumps to \(target)")
        try self.dose(
            mixture.parts.map { ($0.pump, volume * $0.fraction) }, at: self.handling.flow, along: stream, .collect,
            title)
        self.settle(self.handling.settle, "let the liquid come to rest")
    }

    /// One and a half times the line's volume of solvent, as often as the syringe needs strokes for it.
    private mutating func rinse(via: [String], _ place: String) throws(RequestRefusal) {
        let pump = self.handling.cleaningPump
        let source = try self.route(from: self.handling.solvent, to: pump)
        let stream = try self.stream(from: [pump], to: self.handling.waste, via: via)
        let line = stream.routes.first?.deadVolume ?? .zero
        let volume = max(line * 1.5, Volume(0.3, .millilitre))
        let capacity = try self.capacity(pump)
        let strokes = (volume / capacity).rounded(.up)
        for stroke in 0..<Int(strokes) {
            try self.open([source], for: "from \(self.handling.solvent) to \(pump)")
            try self.aspirate([(source, volume / strokes)], at: self.handling.fillFlow, "draw solvent into \(pump)")
            if stroke == 0 { self.settle(self.handling.rinseSettle, "let the solvent catch up with the plunger") }
            try self.open(stream.routes, for: "from \(pump) through \(place) to \(stream.sink)")
            try self.dose(
                [(pump, volume / strokes)], at: self.handling.fillFlow, along: stream, .rinse, "rinse \(place)")
        }
    }

    private func cellInlet(_ cell: some MeasuringCell) throws(RequestRefusal) -> String {
        guard let edge = self.lab.router.graph.cell(of: cell.instrument) else {
            throw RequestRefusal(.unservable, "the tubing has no cell \(cell.instrument)")
        }
        return edge.start
    }

    /// From the gas past the last valve before `vial` into the waste: all of the vial's line that does not end in it.
    private func vialLine(_ vial: String) throws(RequestRefusal) -> FluidicRoute {
        let route = try self.route(from: self.handling.sampleNode, to: vial)
        let branch = route.nodes.dropLast(2).last ?? self.handling.sampleNode
        return try self.route(
            from: self.handling.gas.source, to: self.handling.waste, via: [self.handling.sampleNode, branch])
    }
}

extension FluidState {
    /// Whether nothing has been filled into `vial` yet.
    func isFreeVial(_ vial: String) -> Bool { self.vessels[vial].map(\.content.liquidVolume) == .zero }
}
