import Analysis
import DeviceKit
import Testing

@Suite struct ActualCompositionTests {
    private let keys = [FormulationFiles.lithiumSalt, FormulationFiles.ec, FormulationFiles.emc]

    @Test(.enabled(if: FormulationFiles.hasSharedData, "../shared/data/asab is not there"))
    func `one percent of each volume gives the uncertainties of the worked example`() throws {
        let full = try FormulationFiles.sharedTable()
        let table = try StockTable(chemicals: full.chemicals, stocks: full.stocks.map(Self.exact))
        let actual = try ActualComposition(doses: Self.doses(relative: 0.01), using: table)
        for (key, expected) in zip(self.keys, [3.2e-4, 1.27e-3, 1.26e-3]) {
            let found = try #require(actual.fractions[key]).uncertainty
            #expect(abs(found - expected) < expected * 0.02, "\(full.name(of: key)) \(found)")
        }
    }

    @Test(.enabled(if: FormulationFiles.hasSharedData, "../shared/data/asab is not there"))
    func `the shared density of a stock cancels where treating concentrations as independent would not`() throws {
        let table = try FormulationFiles.sharedTable()
        let doses = Self.doses(relative: 0)
        let actual = try ActualComposition(doses: doses, using: table)
        for (key, expected) in zip(self.keys, [5e-5, 1.4e-4, 1.5e-4]) {
            let independent = try self.uncertainty(of: key, independentConcentrationsOf: table, doses)
            #expect(abs(independent - expected) < 0.5e-5, "\(table.name(of: key)) \(independent)")
            let found = try #require(actual.fractions[key]).uncertainty
            #expect(found > 0 && found < independent, "\(table.name(of: key)) \(found)")
        }
        let single = try ActualComposition(
            doses: [FormulationFiles.stockIDs[3]: Self.dose(2, relative: 0.5)],
            using: table
        )
        #expect(single.fractions[FormulationFiles.emc] == .init(value: 1, uncertainty: 0))
    }

    @Test func `analytic uncertainties agree with a Monte-Carlo of all inputs`() throws {
        let seed: UInt64 = 42
        var random = SeededDraws(seed: seed)
        let table = try Self.coarse(FormulationFiles.table())
        let doses = Self.doses(relative: 0.01)
        let actual = try ActualComposition(doses: doses, using: table)
        let rounds = 8_000
        var sums = [InChIKey: (first: Double, second: Double)]()
        for _ in 0..<rounds {
            let drawn = try Self.drawn(table, &random)
            let volumes = doses.sorted { $0.key < $1.key }.map { ($0.key, $0.value.drawn(&random).si) }
            let sample = try Composition(
                stockVolumes: Dictionary(uniqueKeysWithValues: volumes),
                using: drawn
            )
            for key in self.keys {
                let shift = sample[key] - actual.composition[key]
                let old = sums[key] ?? (0, 0)
                sums[key] = (old.first + shift, old.second + shift * shift)
            }
        }
        for key in self.keys {
            let sum = try #require(sums[key])
            let mean = sum.first / Double(rounds)
            let deviation = (sum.second / Double(rounds) - mean * mean).squareRoot()
            let analytic = try #require(actual.fractions[key]).uncertainty
            #expect(
                abs(deviation / analytic - 1) < 0.03,
                "seed \(seed): \(table.name(of: key)) \(deviation) \(analytic)"
            )
            #expect(abs(mean) < analytic * 0.05, "seed \(seed)")
        }
    }

    @Test func `volumes add up with their uncertainties, and a dose of zero keeps its own`() throws {
        let table = try FormulationFiles.table()
        let (a, d) = (FormulationFiles.stockIDs[0], FormulationFiles.stockIDs[3])
        let doses = [
            a: Measured(Volume(0, .millilitre), uncertainty: Volume(0.004, .millilitre)),
            d: Measured(Volume(2, .millilitre), uncertainty: Volume(0.003, .millilitre)),
        ]
        let actual = try ActualComposition(doses: doses, using: table)
        #expect(abs(actual.volume.value.in(.millilitre) - 2) < 1e-12)
        #expect(abs(actual.volume.uncertainty.in(.millilitre) - 0.005) < 1e-12)
        let salt = try #require(actual.fractions[FormulationFiles.lithiumSalt])
        #expect(salt.value == 0 && salt.uncertainty > 1e-4)
        #expect(actual.composition.chemicals == [FormulationFiles.emc])
    }

    @Test func `doses that mean nothing are refused`() throws {
        let table = try FormulationFiles.table()
        let id = FormulationFiles.stockIDs[0]
        #expect(throws: FormulationError.nothing) { try ActualComposition(doses: [:], using: table) }
        #expect(throws: FormulationError.nothing) {
            try ActualComposition(doses: [id: Self.dose(0, relative: 1)], using: table)
        }
        #expect(throws: FormulationError.unknownStock("x")) {
            try ActualComposition(doses: ["x": Self.dose(1, relative: 0)], using: table)
        }
        #expect(throws: FormulationError.self) {
            try ActualComposition(doses: [id: Self.dose(-1, relative: 0)], using: table)
        }
        #expect(throws: FormulationError.self) {
            try ActualComposition(doses: [id: Self.dose(.nan, relative: 0)], using: table)
        }
    }

    /// From ∂a_i/∂c_kj = (δ_ik − a_i) v_j / N with every concentration as an input of its own.
    private func uncertainty(
        of key: InChIKey,
        independentConcentrationsOf table: StockTable,
        _ doses: [String: Measured<VolumeDimension>]
    ) throws -> Double {
        let fraction = try Composition(stockVolumes: doses.mapValues(\.value.si), using: table)[key]
        var (amount, variance) = (0.0, 0.0)
        for (id, dose) in doses {
            for (other, concentration) in try table.concentrations(of: table.stock(id)) {
                amount += concentration.value.si * dose.value.si
                let change = ((other == key ? 1 : 0) - fraction) * dose.value.si * concentration.uncertainty.si
                variance += change * change
            }
        }
        return variance.squareRoot() / amount
    }

    private static func dose(_ millilitres: Double, relative: Double) -> Measured<VolumeDimension> {
        Measured(Volume(millilitres, .millilitre), uncertainty: Volume(abs(millilitres) * relative, .millilitre))
    }

    /// The doses of the worked example.
    private static func doses(relative: Double) -> [String: Measured<VolumeDimension>] {
        let volumes = [0.27, 0.32, 0.18, 0.23].map { self.dose($0, relative: relative) }
        return Dictionary(uniqueKeysWithValues: zip(FormulationFiles.stockIDs, volumes))
    }

    private static func exact(_ stock: StockSolution) -> StockSolution {
        var exact = stock
        exact.massTotal = Measured(stock.massTotal.value, uncertainty: .zero)
        exact.density = stock.density.map { Measured($0.value, uncertainty: .zero) }
        exact.masses = stock.masses.mapValues { Measured($0.value, uncertainty: .zero) }
        return exact
    }

    /// Relative uncertainties of 0.5 % everywhere, so that no input hides behind another.
    private static func coarse(_ table: StockTable) throws -> StockTable {
        let stocks = table.stocks.map { stock in
            var coarse = stock
            coarse.massTotal = Measured(stock.massTotal.value, uncertainty: stock.massTotal.value * 0.005)
            coarse.density = stock.density.map { Measured($0.value, uncertainty: $0.value * 0.005) }
            coarse.masses = stock.masses.mapValues { Measured($0.value, uncertainty: $0.value * 0.005) }
            return coarse
        }
        let chemicals = table.chemicals.map { chemical in
            var coarse = chemical
            coarse.molarMass = Measured(chemical.molarMass.value, uncertainty: chemical.molarMass.value * 0.005)
            return coarse
        }
        return try StockTable(chemicals: chemicals, stocks: stocks)
    }

    private static func drawn(_ table: StockTable, _ random: inout SeededDraws) throws -> StockTable {
        var chemicals = table.chemicals
        for index in chemicals.indices {
            chemicals[index].molarMass = .init(chemicals[index].molarMass.drawn(&random), uncertainty: .zero)
        }
        var stocks = table.stocks
        for index in stocks.indices {
            let stock = stocks[index]
            stocks[index].massTotal = .init(stock.massTotal.drawn(&random), uncertainty: .zero)
            stocks[index].density = stock.density.map { .init($0.drawn(&random), uncertainty: .zero) }
            for (key, mass) in stock.masses.sorted(by: { $0.key < $1.key }) {
                stocks[index].masses[key] = .init(mass.drawn(&random), uncertainty: .zero)
            }
        }
        return try StockTable(chemicals: chemicals, stocks: stocks)
    }
}

extension Measured {
    /// A value drawn from a distribution with this mean and standard deviation: twelve uniform numbers, summed.
    fileprivate func drawn(_ random: inout SeededDraws) -> Quantity<Kind> {
        let normal = (0..<12).reduce(-6.0) { sum, _ in sum + Double.random(in: 0..<1, using: &random) }
        return self.value + self.uncertainty * normal
    }
}
