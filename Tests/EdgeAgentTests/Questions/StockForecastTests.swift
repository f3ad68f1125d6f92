import Analysis
import DeviceKit
import Foundation
import LabBench
import Methods
import Protocols
import Store
import Synchronization
import Testing

@testable import EdgeAgent

/// What will run short of all that waits, said before the request that it is short for is begun.
@Suite struct StockForecastTests {
    private let model: LabModel
    private static let bottle = "Reservoir6"

    init() throws { self.model = try LabDescription(contentsOf: LabBench.labFile).model }

    private func fluid(_ node: String, holds volume: Double) throws -> FluidState {
        var fluid = try FluidState(describing: self.model)
        let liquid = try #require(self.model.ownLiquid(of: node))
        try fluid.set(node, to: .init(FluidPortion(liquid, volume: Volume(volume, .millilitre))))
        return fluid
    }

    /// Vials of 8 mL, each with a little less of the salt than the one before, so that none is the same sample.
    private func vials(_ count: Int) throws -> [StockForecast.Waiting] {
        let method = try #require(self.model.methods.first { $0.quantity == "electrolyte" })
        return try (0..<count).map { number in
            let composition = try Composition(
                molalities: ["AXPLOJNSKRXQPA-UHFFFAOYSA-N": 1 - 0.02 * Double(number)],
                solventMasses: ["KMTRUDSVKNLOMY-UHFFFAOYSA-N": 3, "JBTWLSYIZRCDFO-UHFFFAOYSA-N": 7],
                using: self.model.table)
            return StockForecast.Waiting(
                request: "request-\(number)", method: method,
                parameters: [
                    "electrolyte": ["formulation": composition.json(using: self.model.table)], "volume": 8,
                ],
                temperature: self.model.cell.temperature.reading, temperatureAge: .zero)
        }
    }

    private func forecast(_ waiting: [StockForecast.Waiting], _ fluid: FluidState) -> [ForeseenShortage] {
        StockForecast(of: waiting, in: self.model, holding: fluid, on: "2026-11-24").shortages
    }

    @Test func `each of the requests alone fits, all together do not, and the one that will not is named`() throws {
        let fluid = try self.fluid(Self.bottle, holds: 20)
        let waiting = try self.vials(12)
        for one in waiting { #expect(self.forecast([one], fluid) == [], "\(one.request)") }
        let shortages = self.forecast(waiting, fluid)
        let shortage = try #require(shortages.first { $0.node == Self.bottle })
        #expect(shortage.place.contains("lot MPGX-23-474_1") && shortage.waiting == 12, "\(shortage)")
        #expect(shortage.before > 0 && shortage.request == "request-\(shortage.before)")
        #expect(shortage.left_mL < shortage.needed_mL && shortage.drawn_mL > 20, "\(shortage)")
        // As many as come before it are served indeed; one more is not.
        let served = Array(waiting.prefix(shortage.before))
        #expect(self.forecast(served, fluid).allSatisfy { $0.node != Self.bottle })
        #expect(self.forecast(Array(waiting.prefix(shortage.before + 1)), fluid).contains { $0.node == Self.bottle })
        #expect(self.forecast(waiting, try self.fluid(Self.bottle, holds: 200)).allSatisfy { $0.node != Self.bottle })
    }

    @Test func `more vials than there are places is no shortage of stock`() throws {
        #expect(self.forecast(try self.vials(10), try self.fluid(Self.bottle, holds: 500)).isEmpty)
    }

    @Test func `requests for one sample are counted as they are served, from one formulation`() throws {
        let density = try #require(self.model.methods.first { $0.quantity == "density" })
        let conductivity = try #require(self.model.methods.first { $0.quantity == "conductivity" })
        let formulation = try #require(try self.vials(1)[0].parameters["electrolyte"]?["formulation"])
        func waiting(_ method: any Method, _ kelvin: Double) -> StockForecast.Waiting {
            StockForecast.Waiting(
                request: method.quantity, method: method,
                parameters: ["formulation": formulation, "temperature": .number(kelvin)],
                temperature: self.model.cell.temperature.reading, temperatureAge: .zero)
        }
        let both = [waiting(density, 298.15), waiting(conductivity, 299.65)]
        let fluid = try self.fluid(Self.bottle, holds: 2)
        func drawn(_ waiting: [StockForecast.Waiting]) throws -> Double {
            try #require(self.forecast(waiting, fluid).first { $0.node == Self.bottle }).drawn_mL
        }
        let (one, other, all) = (try drawn([both[0]]), try drawn([both[1]]), try drawn(both))
        #expect(all < one + other)
    }

    @Test func `a shortage is said once, asked about, and taken back by the refill`() async throws {
        let folder = try StateFolder()
        let journal = try folder.journal()
        try await LabBench.run { bench in
            let said = Mutex<[String]>([])
            let executor = StepExecutor(
                laboratory: bench.laboratory,
                interlocks: Interlocks(laboratory: bench.laboratory, router: self.model.router), clock: bench.clock,
                cellTemperature: self.model.cell.temperature, archive: RawArchive(directory: folder.path).keep)
            let engine = try await RunEngine(
                journal: journal, laboratory: bench.laboratory, executor: executor, model: self.model,
                tenant: "tenant", lowStock: Volume(5, .millilitre),
                observe: { if case .notice(let text) = $0 { said.withLock { $0.append(text) } } })
            let shortages = self.forecast(try self.vials(12), try self.fluid(Self.bottle, holds: 20))
            await engine.foresee(shortages)
            await engine.foresee(shortages)
            #expect(said.withLock { $0.count { $0.contains(Self.bottle) } } == 1)
            let desk = OperatorDesk(journal: journal, engine: engine, laboratory: bench.laboratory, model: self.model)
            let prompt = try #require(
                try await desk.answer(.prompts(all: false, limit: 10)).array?.first {
                    $0["text"]?.string?.contains("will not suffice for electrolyte/flow") == true
                })
            #expect(try await desk.answer(.pending)["shortages"]?.array?.count == shortages.count)
            _ = try await desk.answer(
                .answer(
                    prompt: prompt["id"]?.string ?? "", answer: "refilled", person: "Ada",
                    entries: ["volume": "90 mL"]))
            #expect(try await desk.answer(.prompts(all: false, limit: 10)).array?.count == shortages.count - 1)
            #expect(try await desk.answer(.pending)["shortages"]?.array?.count == shortages.count - 1)
            #expect(await engine.toForesee(["a"]) != nil)
            #expect(await engine.toForesee(["a"]) == nil)
        }
        try await journal.close()
    }
}
