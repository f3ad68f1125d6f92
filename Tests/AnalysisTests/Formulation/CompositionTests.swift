import Analysis
import DeviceKit
import Testing

@Suite struct CompositionTests {
    private let salt = FormulationFiles.lithiumSalt
    private let ec = FormulationFiles.ec
    private let emc = FormulationFiles.emc

    @Test func `every conversion and its reverse give back the composition`() throws {
        let table = try FormulationFiles.table()
        let keys = table.chemicals.map(\.inchiKey)
        let seed: UInt64 = 7
        var random = SeededDraws(seed: seed)
        for round in 0..<500 {
            var amounts: [InChIKey: Double] = [:]
            for key in keys {
                amounts[key] = Bool.random(using: &random) ? Double.random(in: 0...5, using: &random) : 0
            }
            amounts[emc] = 0.1
            let composition = try Composition(amounts: amounts)
            let factor = Double.random(in: 0.01...100, using: &random)
            let volumes = try composition.pureVolumeFractions(using: table)
            let masses = try composition.massFractions(using: table)
            for (type, values) in [
                (FractionType.molPerMol, composition.moleFractions), (.massPerMass, masses), (.volPerVol, volumes),
                (.molPerMolRatio, composition.moleFractions.mapValues { $0 * factor }),
                (.massPerMassRatio, masses.mapValues { $0 * factor }),
                (.volPerVolRatio, volumes.mapValues { $0 * factor }),
            ] {
                #expect(abs(values.values.reduce(0, +) - 1) < 1e-12 || !type.isNormalised)
                let components = values.map { FormulationComponent($0.key, $0.value, type) }
                let back = try Composition(components, using: table)
                #expect(back.distance(to: composition) < 1e-12, "seed \(seed), round \(round), \(type)")
            }
            let solvents = masses.filter { $0.key != salt }
            let molality = try composition.molality(of: salt, using: table)
            let again = try Composition(molalities: [salt: molality], solventMasses: solvents, using: table)
            #expect(again.distance(to: composition) < 1e-12, "seed \(seed), round \(round), molality")
        }
    }

    /// The worked example at volume fractions 0.27, 0.32, 0.18, 0.23 of the stocks.
    @Test func `stock volume fractions give the composition that hand calculation gives`() throws {
        let table = try FormulationFiles.table()
        let volumes = Dictionary(uniqueKeysWithValues: zip(FormulationFiles.stockIDs, [0.27, 0.32, 0.18, 0.23]))
        let components = FormulationFiles.stockIDs.map { FormulationComponent($0, volumes[$0] ?? 0, .direct) }
        let composition = try Composition(components, using: table)
        for (key, fraction, mass) in [(salt, 0.079131, 0.1158), (ec, 0.251723, 0.2135), (emc, 0.669147, 0.6708)] {
            #expect(abs(composition[key] - fraction) < 1e-6)
            #expect(abs((try composition.massFractions(using: table)[key] ?? 0) - mass) < 1e-4)
        }
        #expect(abs(try composition.molality(of: salt, using: table) - 0.862) < 5e-4)
        let recipe = try Recipe(stockVolumes: volumes, using: table)
        #expect(abs(try recipe.density(using: table).in(.gramPerMillilitre) - 1.1594) < 5e-5)
        let concentrations = try recipe.concentrations(using: table)
        #expect(abs(try #require(concentrations[salt]).in(.molePerLitre) - 0.883441) < 1e-6)
        #expect(abs(try recipe.massFractions(using: table).values.reduce(0, +) - 1) < 1e-12)
        #expect(composition.words(using: table) == "LiPF6 0.0791, EC 0.2517, EMC 0.6691")
    }

    @Test func `salts in mol per kg stand beside solvents in mass fractions or ratios`() throws {
        let table = try FormulationFiles.table()
        let expected = try Composition(molalities: [salt: 1.2], solventMasses: [ec: 3, emc: 7], using: table)
        #expect(abs(try expected.molality(of: salt, using: table) - 1.2) < 1e-12)
        for (type, factor) in [(FractionType.massPerMassRatio, 10.0), (.massPerMass, 1.0)] {
            let components = [
                FormulationComponent(ec, 0.3 * factor, type), FormulationComponent(salt, 1.2, .molPerKg),
                FormulationComponent(emc, 0.7 * factor, type),
            ]
            #expect(try Composition(components, using: table).distance(to: expected) < 1e-15)
        }
    }

    @Test func `what cannot be read is refused with the reason`() throws {
        let table = try FormulationFiles.table()
        let water = "XLYOFNOQVPJJNP-UHFFFAOYSA-N"
        let (e, m, s) = (ec.text, emc.text, salt.text)
        typealias Line = (String, Double, FractionType)
        let cases: [([Line], FormulationError)] = [
            ([], .empty),
            ([(e, 0.5, .molPerMol), (e, 0.5, .molPerMol)], .duplicate(key: e)),
            ([(e, 1.5, .molPerMol), (m, -0.5, .molPerMol)], .negative(key: m, value: -0.5)),
            ([(e, .infinity, .molPerMol)], .notFinite(key: e, value: .infinity)),
            ([(e, 0.5, .molPerMol), (m, 0.25, .molPerMol)], .sumNotOne(sum: 0.75, type: .molPerMol)),
            ([(e, 0.5, .massPerMass), (m, 0.25, .massPerMass)], .sumNotOne(sum: 0.75, type: .massPerMass)),
            ([(e, 0.5, .volPerVol), (m, 0.25, .volPerVol)], .sumNotOne(sum: 0.75, type: .volPerVol)),
            ([(FormulationFiles.stockIDs[0], 0.5, .direct)], .sumNotOne(sum: 0.5, type: .direct)),
            ([(e, 0.5, .massPerMass), (s, 1, .molPerKg)], .sumNotOne(sum: 0.5, type: .massPerMass)),
            ([(e, 0.5, .molPerMol), (m, 0.5, .massPerMass)], .mixedTypes([.molPerMol, .massPerMass])),
            ([(e, 0.5, .molPerMol), (s, 0.5, .molPerKg)], .mixedTypes([.molPerMol, .molPerKg])),
            ([(s, 1, .molPerKg)], .noSolvent),
            ([(s, 1, .molPerKg), (e, 0, .massPerMassRatio)], .noSolvent),
            ([(e, 0, .molPerMolRatio)], .nothing),
            ([(water, 1, .massPerMass)], .unknownChemical(InChIKey(water))),
            ([("stock", 1, .direct)], .unknownStock("stock")),
        ]
        for (lines, expected) in cases {
            let components = lines.map { FormulationComponent($0.0, $0.1, $0.2) }
            #expect(throws: expected) { try Composition(components, using: table) }
        }
        let nan = #expect(throws: FormulationError.self) {
            try Composition([FormulationComponent(e, .nan, .molPerMol)], using: table)
        }
        #expect(nan?.description == "\(e): nan is not a finite number")
    }

    @Test func `sums may differ from 1 by the tolerance and are then made 1`() throws {
        let table = try FormulationFiles.table()
        let near = [FormulationComponent(ec, 0.5, .molPerMol), FormulationComponent(emc, 0.500009, .molPerMol)]
        #expect(abs(try Composition(near, using: table).moleFractions.values.reduce(0, +) - 1) < 1e-15)
        let far = [FormulationComponent(ec, 0.5, .molPerMol), FormulationComponent(emc, 0.500011, .molPerMol)]
        #expect(throws: FormulationError.self) { try Composition(far, using: table) }
    }

    @Test func `volume fractions need the density of each pure chemical`() throws {
        let full = try FormulationFiles.table()
        var chemicals = full.chemicals
        chemicals[1].density = nil
        let table = try StockTable(chemicals: chemicals, stocks: full.stocks)
        let half = [FormulationComponent(ec, 0.5, .volPerVol), FormulationComponent(emc, 0.5, .volPerVol)]
        #expect(throws: FormulationError.missingDensity(chemical: "EC")) { try Composition(half, using: table) }
        #expect(throws: FormulationError.missingDensity(chemical: "EC")) {
            try Composition(amounts: [ec: 1]).pureVolumeFractions(using: table)
        }
    }

    @Test func `fraction types are the words on the wire, and an unknown one lists them`() throws {
        #expect(try FractionType(wire: "molPerMol") == .molPerMol)
        let error = #expect(throws: FormulationError.self) { try FractionType(wire: "MolPerMol") }
        #expect(
            error?.description
                == "fraction type \"MolPerMol\" is not known; known are molPerMol, massPerMass, volPerVol, "
                + "molPerMolRatio, massPerMassRatio, volPerVolRatio, molPerKg, direct"
        )
    }
}
