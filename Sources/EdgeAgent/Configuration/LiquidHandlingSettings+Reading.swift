import DeviceKit
import DeviceProfiles
import Methods

extension LiquidHandlingSettings {
    init?(_ section: ConfigurationSection) {
        let waste = section.text("waste")
        let solvent = section.text("solvent")
        let solventVolume = section.quantity("solvent-volume", Volume.self, .aboveZero)
        let reserve = section.quantity("reservoir-reserve", Volume.self, .zeroOrMore)
        let cleaningPump = section.text("cleaning-pump")
        let mixer = section.text("mixer")
        let sampleNode = section.text("sample-node")
        let gas = section.section("gas").flatMap(Gas.init)
        let blowOut = section.section("blow-out").flatMap(GasPulse.init)
        let dry = section.section("dry").flatMap(GasPulse.init)
        let vials = section.optionalTexts("vials") ?? []
        for (index, vial) in vials.enumerated() where vials[..<index].contains(vial) {
            section.document.report("fluidics.vials: “\(vial)” is listed twice", key: "fluidics.vials.\(index)")
        }
        let vialVolume = section.quantity("vial-volume", Volume.self, .aboveZero)
        let flow = section.quantity("flow", FlowRate.self, .aboveZero)
        let fillFlow = section.quantity("fill-flow", FlowRate.self, .aboveZero)
        let fillSettle = section.duration("fill-settle", .zeroOrMore)
        let settle = section.duration("settle", .zeroOrMore)
        let branchPrime = section.quantity("branch-prime", Volume.self, .zeroOrMore)
        let flushFactor = section.optionalNumber("flush-factor", .within(1...20, "1 to 20")) ?? 3
        let rinseSettle = section.duration("rinse-settle", .zeroOrMore)
        let doseUncertainty =
            section.optionalNumber("dose-uncertainty", .above(0, to: 0.2, "above zero, at most 0.2")) ?? 0.005
        let lineVolumeMaximumAge = section.optionalDuration("line-volume-max-age", .aboveZero)
        section.finish()
        if let reserve, let solventVolume, reserve >= solventVolume {
            section.report(
                "fluidics.reservoir-reserve: “\(reserve)” must be less than solvent-volume, \(solventVolume)",
                key: "reservoir-reserve")
        }
        guard let waste, let solvent, let solventVolume, let reserve, let cleaningPump, let mixer, let sampleNode,
            let gas, let blowOut, let dry, let vialVolume, let flow, let fillFlow, let fillSettle, let settle,
            let branchPrime, let rinseSettle
        else { return nil }
        self.init(
            waste: waste, solvent: solvent, solventVolume: solventVolume, reservoirReserve: reserve,
            cleaningPump: cleaningPump, mixer: mixer, sampleNode: sampleNode, gas: gas, blowOut: blowOut, dry: dry,
            vials: vials, vialVolume: vialVolume, flow: flow, fillFlow: fillFlow, fillSettle: fillSettle,
            settle: settle, branchPrime: branchPrime, flushFactor: flushFactor, rinseSettle: rinseSettle,
            doseUncertainty: doseUncertainty)
        self.lineVolumeMaximumAge = lineVolumeMaximumAge
    }
}

extension LiquidHandlingSettings.Gas {
    init?(_ section: ConfigurationSection) {
        let source = section.text("source")
        let relay = section.text("relay")
        let valve = section.text("opens")
        section.finish()
        guard let source, let relay, let valve else { return nil }
        self.init(source: source, relay: relay, valve: valve)
    }
}

extension LiquidHandlingSettings.GasPulse {
    init?(_ section: ConfigurationSection) {
        let open = section.duration("open", .aboveZero)
        let rest = section.duration("rest", .zeroOrMore)
        let repeats = section.integer("repeats", .within(1...20, "1 to 20"))
        section.finish()
        guard let open, let rest, let repeats else { return nil }
        self.init(open: open, rest: rest, repeats: repeats)
    }
}
