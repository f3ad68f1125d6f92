import Analysis
import DeviceKit

/// What people do to the lab in the middle of a run.
extension LiquidPlanner {
    mutating func ask(_ title: String, _ question: Question) {
        self.append(title, .askOperator(question), estimate: .seconds(300))
    }

    /// Makes a cell that LiPF6 has been in fit for water: rinsed and dried, whatever stands in it. From then on it counts as
    /// wet, so that nothing flows through it before somebody has dried it.
    mutating func cleanBeforeWater(_ cell: some MeasuringCell) throws(RequestRefusal) {
        try self.rinse(cell)
        try self.dry(cell)
        try self.fillByHand(cell.instrument, with: .aqueous)
    }

    mutating func cleanAfterWater(_ cell: some MeasuringCell) throws(RequestRefusal) {
        self.ask(
            "rinse and dry the cell \(cell.instrument) by hand",
            Question(
                text:
                    "Rinse the cell \(cell.instrument) by hand: with pure water, then three times with a water-free solvent; "
                    + "dry it with gas. Connect its tubes only when no water is left: it would form HF with LiPF6.",
                choices: [.init(answer: "dry", meaning: "it is dry, and its tubes are connected")],
                topic: cell.instrument))
        try self.fillByHand(cell.instrument, with: .gas)
    }

    /// Pushes what stands in the line to a vial into it.
    mutating func blowOut(into vial: String) throws(RequestRefusal) {
        let gas = try self.route(from: self.handling.gas.source, to: vial, via: [self.handling.sampleNode])
        try self.blow(along: gas, self.handling.blowOut, "blow the line out into \(vial)")
    }
}

extension Question {
    /// The answer of whoever is about to start an instrument.
    public static let readyAnswer = "ready"

    /// Has a person prepare a measurement, and start it once the agent listens.
    static func start(of instrument: String, _ method: String, sample: String) -> Question {
        Question(
            text:
                "\(instrument) is filled. See that it measures nothing, choose its method “\(method)”, and enter the sample's "
                + "name “\(sample)”. Answer first, then press Start.",
            choices: [
                .init(answer: Self.readyAnswer, meaning: "method and name are entered; Start is pressed now")
            ], topic: instrument, due: .seconds(1800))
    }
}
