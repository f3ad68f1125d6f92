import DeviceKit

/// What stands at an end of the tubing.
struct Bottle: Sendable {
    let name: String
    let kind: WorldDescription.Terminal.Kind
    /// mL; infinite when not stated.
    let capacity: Double
    /// mL by species; gas (the first) is never held, it comes from and goes to the atmosphere.
    var content: [Double]
    /// mL by species since the delivery began.
    var arriving: [Double]
    var ranDry = false
    var overflowed = false

    init(_ terminal: WorldDescription.Terminal, content: [Double]) {
        self.name = terminal.name
        self.kind = terminal.kind
        self.capacity = terminal.capacity?.in(.millilitre) ?? .infinity
        self.content = content
        self.arriving = Array(repeating: 0, count: content.count)
    }

    var liquidVolume: Double { self.content.dropFirst().reduce(0, +) }

    /// Gives `volume` mL: liquid while there is some, then air.
    mutating func give(_ volume: Double) -> [Double] {
        var given = Array(repeating: 0.0, count: self.content.count)
        let available = self.kind == .ambient || self.kind == .pressurisedGas ? 0 : self.liquidVolume
        let share = available > 0 ? min(1, volume / available) : 0
        for species in 1..<self.content.count where share > 0 {
            given[species] = self.content[species] * share
            self.content[species] -= given[species]
        }
        given[0] = max(0, volume - available)
        return given
    }

    mutating func receive(_ amounts: ArraySlice<Double>) {
        for (species, amount) in amounts.enumerated() {
            self.arriving[species] += amount
            if species > 0 { self.content[species] += amount }
        }
    }
}
