import Analysis
import DeviceKit
import Testing

@Suite struct RecipeSolverTests {
    private let salt = FormulationFiles.lithiumSalt
    private let ec = FormulationFiles.ec
    private let emc = FormulationFiles.emc

    @Test(.enabled(if: FormulationFiles.hasSharedData, "../shared/data/asab is not there"))
    func `the sparse solutions of the vectors are found, and no others tie with them`() throws {
        let solver = try RecipeSolver(table: FormulationFiles.sharedTable())
        for example in try FormulationFiles.vectors().examples {
            let target = try Composition(
                amounts: Dictionary(uniqueKeysWithValues: example.request.map { (FormulationFiles.keys[$0] ?? "", $1) })
            )
            var found: [Recipe]
            if example.bestSparseSolutions.contains(where: { $0.deviation > 1e-4 }) {
                let (nearest, distance) = try #require(Self.refusal(of: target, by: solver))
                found = [nearest]
                #expect(abs(distance - (example.bestSparseSolutions.first?.deviation ?? 0)) < 1e-8)
            } else {
                found = try solver.recipes(for: target)
            }
            let best = found[0].distance
            found.removeAll { $0.distance > best + RecipeSolver.tie }
            #expect(found.count == example.bestSparseSolutions.count)
            for solution in example.bestSparseSolutions {
                let isFound = found.contains { recipe in
                    zip(FormulationFiles.stockIDs, solution.volumeFractions).allSatisfy { abs(recipe[$0] - $1) < 1e-6 }
                }
                #expect(isFound, "\(example.request) \(solution.volumeFractions)")
            }
        }
    }

    @Test func `a composition inside the limits but not mixable is refused with the nearest in words`() throws {
        let solver = try RecipeSolver(table: FormulationFiles.table())
        let error = #expect(throws: FormulationError.self) {
            try solver.recipes(for: FormulationFiles.composition(0.12, 0.54, 0.34))
        }
        #expect(
            error?.description
                == "LiPF6 0.1200, EC 0.5400, EMC 0.3400 (mol/mol) cannot be mixed from the stock solutions; "
                + "nearest reachable is LiPF6 0.1165, EC 0.4786, EMC 0.4049, at a distance of 0.0894"
        )
    }

    @Test func `a chemical in no stock is refused, never approximated`() throws {
        let solver = try RecipeSolver(table: FormulationFiles.table())
        let dmc = FormulationFiles.dmc
        #expect(throws: FormulationError.notInStock(chemicals: ["DMC"])) {
            try solver.recipes(for: Composition(amounts: [dmc: 0.5, emc: 0.5]))
        }
        let zero = [FormulationComponent(dmc, 0, .molPerMol), FormulationComponent(emc, 1, .molPerMol)]
        #expect(try solver.recipes(for: zero).first?.stocks == [FormulationFiles.stockIDs[3]])
        let empty = try StockTable(chemicals: FormulationFiles.table().chemicals, stocks: [])
        #expect(throws: FormulationError.notInStock(chemicals: ["EMC"])) {
            try RecipeSolver(table: empty).recipes(for: Composition(amounts: [emc: 1]))
        }
    }

    @Test func `boundary and trace requests are met without rounding`() throws {
        let solver = try RecipeSolver(table: FormulationFiles.table())
        let boundary = try #require(try solver.recipes(for: FormulationFiles.composition(0.12, 0, 0.88)).first)
        #expect(boundary.stocks == [FormulationFiles.stockIDs[1], FormulationFiles.stockIDs[3]])
        #expect(abs(boundary[FormulationFiles.stockIDs[1]] - 0.828297) < 1e-6)
        let trace = try FormulationFiles.composition(0.004, 0.2, 0.796)
        for recipe in try solver.recipes(for: trace) where recipe.distance < 1e-7 {
            #expect(abs(recipe.composition[salt] - 0.004) < 1e-12)
            #expect(abs(recipe.volumeFractions.values.reduce(0, +) - 1) < 1e-15)
        }
    }

    @Test func `whatever is mixed from up to seven stocks is found again, with no more stocks than chemicals`() throws {
        let seed: UInt64 = 11
        var random = SeededDraws(seed: seed)
        for round in 0..<60 {
            let table = try self.randomTable(chemicals: 2 + round % 4, stocks: 1 + round % 7, &random)
            let solver = try RecipeSolver(table: table)
            var volumes: [String: Double] = [:]
            for stock in table.stocks { volumes[stock.id] = Double.random(in: 0...1, using: &random) }
            let target = try Composition(stockVolumes: volumes, using: table)
            let recipes = try solver.recipes(for: target)
            let best = try #require(recipes.first)
            #expect(best.distance < 1e-9, "seed \(seed), round \(round)")
            #expect(best.stocks.count <= min(table.stocks.count, table.chemicals.count))
            for recipe in recipes {
                let mixed = try Composition(stockVolumes: recipe.volumeFractions, using: table)
                #expect(abs(mixed.distance(to: target) - recipe.distance) < 1e-12, "seed \(seed), round \(round)")
                #expect(recipe.distance <= solver.tolerance)
            }
        }
    }

    @Test func `no mixture is nearer to an unreachable composition than the one that is told`() throws {
        let table = try FormulationFiles.table()
        let solver = try RecipeSolver(table: table)
        let seed: UInt64 = 23
        var random = SeededDraws(seed: seed)
        var refused = 0
        for round in 0..<200 {
            let target = try FormulationFiles.composition(
                Double.random(in: 0...1, using: &random),
                Double.random(in: 0...1, using: &random),
                0.1
            )
            guard let (nearest, distance) = Self.refusal(of: target, by: solver) else { continue }
            refused += 1
            #expect(abs(nearest.composition.distance(to: target) - distance) < 1e-12)
            for _ in 0..<50 {
                // Volumes near the answer as well as far from it.
                let spread = Double.random(in: 0...1, using: &random)
                var volumes: [String: Double] = [:]
                for id in FormulationFiles.stockIDs {
                    volumes[id] = nearest[id] * (1 - spread) + spread * Double.random(in: 0...1, using: &random)
                }
                let other = try Composition(stockVolumes: volumes, using: table)
                #expect(other.distance(to: target) >= distance - 1e-12, "seed \(seed), round \(round)")
            }
        }
        #expect(refused > 100)
    }

    @Test func `ties are broken by fewest stocks, flows, inventory, refilling, and the largest smallest flow`() throws {
        let solver = try RecipeSolver(table: FormulationFiles.table())
        let target = try FormulationFiles.composition(0.08, 0.25, 0.67)
        let (a, b, c, d) = (
            FormulationFiles.stockIDs[0], FormulationFiles.stockIDs[1], FormulationFiles.stockIDs[2],
            FormulationFiles.stockIDs[3]
        )
        // Smallest fractions are 0.132 (A, B, D) and 0.026 (A, B, C).
        #expect(try solver.recipes(for: target).map(\.stocks) == [[a, b, d], [a, b, c]])
        let preferences = [
            RecipePreference(
                flowsFit: { $0[c] > 0 },
                stockSuffices: { $0[d] > 0 },
                refillEffort: { $0[d] > 0 ? 0 : 1 }
            ),
            RecipePreference(stockSuffices: { $0[c] > 0 }, refillEffort: { $0[c] > 0 ? 1 : 0 }),
            RecipePreference(refillEffort: { $0[c] > 0 ? 0 : 1 }),
        ]
        for preference in preferences {
            #expect(try solver.recipes(for: target, preference: preference).map(\.stocks) == [[a, b, c], [a, b, d]])
        }
        // A single stock comes before three that give the same.
        let pure = try Composition(stockVolumes: [a: 1], using: solver.table)
        let discouraged = RecipePreference(flowsFit: { _ in false })
        #expect(try solver.recipes(for: pure, preference: discouraged).first?.stocks == [a])
        let rounded = try FormulationFiles.composition(0.1187, 0.4774, 0.4039)
        #expect(try solver.recipes(for: rounded).contains { $0.stocks == [a] }, "within the tolerance one stock does")
    }

    @Test func `direct volume fractions are taken as they are`() throws {
        let table = try FormulationFiles.table()
        let components = zip(FormulationFiles.stockIDs, [0.25, 0.25, 0.25, 0.25])
            .map { FormulationComponent($0, $1, .direct) }
        let recipes = try RecipeSolver(table: table).recipes(for: components)
        #expect(recipes.count == 1)
        #expect(recipes.first?.stocks == FormulationFiles.stockIDs)
        let flows = try #require(recipes.first).flows(total: FlowRate(0.05, .millilitrePerSecond))
        #expect(flows.values.allSatisfy { abs($0.in(.millilitrePerSecond) - 0.0125) < 1e-15 })
    }

    @Test func `a stock whose density is unknown is named when only it could serve`() throws {
        var stocks = try FormulationFiles.table().stocks
        stocks[0].density = nil
        stocks[2].density = nil
        let table = try StockTable(chemicals: FormulationFiles.table().chemicals, stocks: stocks)
        let solver = try RecipeSolver(table: table)
        #expect(throws: FormulationError.missingStockDensity(stocks: ["1.5M-LiPF6-EC-EMC", "EC-EMC"])) {
            try solver.recipes(for: FormulationFiles.composition(0.08, 0.25, 0.67))
        }
        #expect(try solver.recipes(for: FormulationFiles.composition(0.08, 0, 0.92)).count == 1)
    }

    @Test func `the campaign's salt contents can be mixed up to 1.49 mol per kg of EC and EMC at 3 to 7`() throws {
        let table = try FormulationFiles.table()
        let solver = try RecipeSolver(table: table)
        func target(_ molality: Double) throws -> Composition {
            try Composition(molalities: [salt: molality], solventMasses: [ec: 3, emc: 7], using: table)
        }
        for molality in [0.3, 0.6, 1.0, 1.2, 1.4] {
            let recipe = try #require(try solver.recipes(for: target(molality)).first)
            #expect(recipe.distance < 1e-9)
            #expect(abs(try recipe.composition.molality(of: salt, using: table) - molality) < 1e-9)
        }
        #expect(try Self.refusal(of: target(1.8), by: solver) != nil)
        var (low, high) = (1.4, 1.8)
        let exact = try RecipeSolver(table: table, tolerance: 1e-9)
        for _ in 0..<40 {
            let middle = (low + high) / 2
            if (try? exact.recipes(for: target(middle))) == nil { high = middle } else { low = middle }
        }
        #expect(abs(low - 1.49) < 0.005, "\(low)")
    }

    /// The nearest recipe and its distance when the composition cannot be mixed.
    private static func refusal(of target: Composition, by solver: RecipeSolver) -> (Recipe, Double)? {
        do throws(FormulationError) {
            _ = try solver.recipes(for: target)
            return nil
        } catch {
            guard case .unreachable(let nearest, let distance, _) = error else { return nil }
            return (nearest, distance)
        }
    }

    private func randomTable(
        chemicals: Int,
        stocks: Int,
        _ random: inout SeededDraws
    ) throws -> StockTable {
        func exactly<Kind>(_ value: Quantity<Kind>) -> Measured<Kind> { Measured(value, uncertainty: .zero) }
        let list = (0..<chemicals).map { index in
            Chemical(
                inchiKey: InChIKey("\(index)"),
                name: "chemical \(index)",
                smiles: "C",
                molarMass: exactly(MolarMass(.random(in: 40...300, using: &random), .gramPerMole)),
                batch: "b",
                manufacturer: "m",
                manufacturingDate: "d"
            )
        }
        return try StockTable(
            chemicals: list,
            stocks: (0..<stocks).map { index in
                var masses: [InChIKey: Measured<MassDimension>] = [:]
                for chemical in list where Double.random(in: 0...1, using: &random) < 0.6 {
                    masses[chemical.inchiKey] = exactly(Mass(.random(in: 1...50, using: &random), .gram))
                }
                if masses.isEmpty { masses[list[0].inchiKey] = exactly(Mass(10, .gram)) }
                let total = masses.sorted { $0.key < $1.key }.reduce(Mass.zero) { $0 + $1.value.value }
                return StockSolution(
                    id: "s\(index)",
                    name: "stock \(index)",
                    reservoir: "R\(index)",
                    pump: "P\(index)",
                    massTotal: exactly(total),
                    density: exactly(Density(.random(in: 0.8...1.4, using: &random), .gramPerMillilitre)),
                    masses: masses,
                    batch: "b",
                    manufacturer: "m",
                    manufacturingDate: "d"
                )
            }
        )
    }
}
