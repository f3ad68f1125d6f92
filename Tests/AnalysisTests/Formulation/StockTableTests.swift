import Analysis
import DeviceKit
import Testing

@Suite struct StockTableTests {
    @Test(.enabled(if: FormulationFiles.hasSharedData, "../shared/data/asab is not there"))
    func `concentrations equal the vectors, from the lab's files and from those of the ASAB system`() throws {
        for table in [try FormulationFiles.table(), try FormulationFiles.sharedTable()] {
            #expect(table.warnings.isEmpty)
            for vector in try FormulationFiles.vectors().stocks {
                let concentrations = try table.concentrations(of: table.stock(vector.id))
                let composition = try Composition(stockVolumes: [vector.id: 1], using: table)
                for (name, key) in FormulationFiles.keys {
                    let expected = try #require(vector.concentration_mol_per_mL[name])
                    let found = concentrations[key]?.value.in(.molePerMillilitre) ?? 0
                    #expect(abs(found - expected) < 1e-8, "\(vector.id) \(name)")
                    let fraction = try #require(vector.moleFractions[name])
                    #expect(abs(composition[key] - fraction) < 1e-6, "\(vector.id) \(name)")
                }
            }
        }
    }

    @Test(.enabled(if: FormulationFiles.hasSharedData, "../shared/data/asab is not there"))
    func `uncertainties of weighed masses are kept and give those of the concentrations`() throws {
        let table = try FormulationFiles.sharedTable()
        #expect(table.stocks.allSatisfy { $0.masses.values.allSatisfy { $0.uncertainty == Mass(1, .milligram) } })
        let expected: [[InChIKey: Double]] = [
            [FormulationFiles.lithiumSalt: 0.0012, FormulationFiles.ec: 0.0047, FormulationFiles.emc: 0.0040],
            [FormulationFiles.lithiumSalt: 0.0013, FormulationFiles.emc: 0.0077],
            [FormulationFiles.ec: 0.0057, FormulationFiles.emc: 0.0048], [FormulationFiles.emc: 0.0096],
        ]
        for (stock, uncertainties) in zip(table.stocks, expected) {
            let found = try table.concentrations(of: stock)
            #expect(Set(found.keys) == Set(uncertainties.keys), "a chemical that is not in \(stock.name) is listed")
            for (key, uncertainty) in uncertainties {
                let value = try #require(found[key]).uncertainty.in(.molePerLitre)
                #expect(abs(value - uncertainty) < 5e-5, "\(stock.name) \(table.name(of: key)) \(value)")
            }
        }
    }

    @Test func `the lab's files carry everything that a result reports`() throws {
        let table = try FormulationFiles.table()
        #expect(table.warnings.isEmpty)
        #expect(table.chemicals.map(\.name) == ["LiPF6", "EC", "EMC", "DMC"])
        #expect(table.stocks.map(\.id) == FormulationFiles.stockIDs)
        #expect(table.stocks.map(\.pump) == ["A0.0", "B0.0", "C0.0", "D0.0"])
        #expect(table.stocks.map(\.reservoir) == ["Reservoir6", "Reservoir5", "Reservoir4", "Reservoir3"])
        #expect(table.stocks.map(\.densityTemperature) == Array(repeating: Temperature(299.8, .kelvin), count: 4))
        #expect(table.stocks[1].batch == "MPGX-23-474_4")
        #expect(try #require(table.stocks[3].volumeTotal).in(.millilitre) > 44.7)
        #expect(try table.chemical(FormulationFiles.emc).smiles == "CCOC(=O)OC")
        #expect(table.chemicals.allSatisfy { $0.molarMass.uncertainty > .zero })
    }

    @Test func `a stock without density is warned about, cannot be dosed, and can once it is measured`() throws {
        let text = try FormulationFiles.text("stock-solutions.csv").split(separator: "\n").enumerated()
            .map { $0 == 3 ? $1.split(separator: "1.159,0.001,299.8").joined(separator: ",,") : String($1) }
            .joined(separator: "\n")
        let table = try StockTable(
            chemicals: FormulationFiles.text("chemicals.csv"),
            chemicalsFile: "c.csv",
            stocks: text,
            stocksFile: "s.csv"
        )
        #expect(
            table.warnings.map(\.description)
                == ["s.csv:4:61: EC-EMC cannot be dosed until its density has been measured"]
        )
        #expect(table.doseable.map(\.name) == ["1.5M-LiPF6-EC-EMC", "1.5M-LiPF6-EMC", "EMC"])
        #expect(throws: FormulationError.missingStockDensity(stocks: ["EC-EMC"])) {
            try table.concentrations(of: table.stocks[2])
        }
        let density = Measured(Density(1.159, .gramPerMillilitre), uncertainty: Density(0.001, .gramPerMillilitre))
        let measured = try table.settingDensity(
            density,
            at: Temperature(299.8, .kelvin),
            ofStock: FormulationFiles.stockIDs[2]
        )
        #expect(measured.stocks == (try FormulationFiles.table()).stocks)
        #expect(throws: FormulationError.unknownStock("x")) {
            try table.settingDensity(density, at: Temperature(299.8, .kelvin), ofStock: "x")
        }
    }

    @Test func `only the form of 14, 10 and 1 capital letters is an InChIKey`() {
        #expect(FormulationFiles.emc.isWellFormed)
        for text in ["", "JBTWLSYIZRCDFO-UHFFFAOYSA", "JBTWLSYIZRCDFO-UHFFFAOYSA-n", "JBTWLSYIZRCDF1-UHFFFAOYSA-N"] {
            #expect(!InChIKey(text).isWellFormed)
        }
    }
}
