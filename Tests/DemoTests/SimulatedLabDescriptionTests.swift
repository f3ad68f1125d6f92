import Analysis
import DeviceKit
import EdgeAgent
import Methods
import Simulators
import Testing

@testable import Demo

@Suite struct SimulatedLabDescriptionTests {
    let lab: LabDescription
    let described: SimulatedLab.Description
    var world: WorldDescription { self.described.world }

    init() throws {
        self.lab = try ExampleLab.description()
        self.described = SimulatedLab.Description(simulating: self.lab)
    }

    @Test func `the tubing goes over as it is`() {
        #expect(self.world.edges == self.lab.model.router.graph.edges)
        #expect(self.world.tubesHold == WorldDescription.gas)
    }

    @Test func `every end of the tubing stands in the world`() {
        let expected = self.lab.model.router.graph.nodes.filter { $0.kind.isTerminal && $0.kind != .pump }.map(\.name)
        #expect(Set(self.world.terminals.map(\.name)) == Set(expected))
        let kinds = Dictionary(grouping: self.world.terminals) { "\($0.kind)" }.mapValues(\.count)
        #expect(kinds == ["reservoir": 7, "waste": 2, "vial": 8, "ambient": 1, "pressurisedGas": 1])
    }

    @Test func `bottles hold what was weighed in`() throws {
        for stock in self.lab.model.table.stocks {
            let bottle = try #require(self.world.terminals.first { $0.name == stock.reservoir })
            #expect(bottle.liquid == stock.id)
            #expect(bottle.volume == stock.volumeTotal)
        }
        let full = try #require(self.world.terminals.first { $0.name == "Reservoir6" })
        #expect(abs(full.volume.in(.millilitre) - 60.1237 / 1.288) < 1e-9)
        let empty = try #require(self.world.terminals.first { $0.name == "Reservoir1" })
        #expect(empty.liquid == nil && empty.volume == .zero)
        let solvent = try #require(self.world.terminals.first { $0.name == "Solvent" })
        #expect(solvent.volume == Volume(1, .litre))
    }

    @Test func `stock solutions have the concentrations of their tables`() throws {
        let stock = try #require(self.lab.model.table.stocks.first { $0.name == "1.5M-LiPF6-EC-EMC" })
        let liquid = try #require(self.world.liquids[stock.id])
        // 10.62 g of 151.91 g/mol in 60.1237 g of 1.288 g/mL.
        let expected = 10.62 / 151.91 / (60.1237 / 1.288) * 1000
        #expect(abs((liquid.concentrations[ExampleLab.salt]?.in(.molePerLitre) ?? 0) - expected) < 1e-9)
        #expect(liquid.density == stock.density?.value)
        let solvent = try #require(self.world.liquids["Solvent"])
        #expect(Array(solvent.concentrations.keys) == [ExampleLab.linear])
    }

    @Test func `vials and wastes begin empty, and a vial can overflow`() {
        for terminal in self.world.terminals where terminal.kind == .vial || terminal.kind == .waste {
            #expect(terminal.liquid == nil && terminal.volume == .zero)
        }
        let vials = self.world.terminals.filter { $0.kind == .vial }
        #expect(vials.allSatisfy { $0.capacity == Volume(10, .millilitre) })
    }

    @Test func `pumps, valves and the gas valve are those of the lab`() {
        #expect(self.world.pumps.map(\.name) == ["A0", "B0", "C0", "D0", "E0", "F0"])
        #expect(self.world.pumps.allSatisfy { $0.fillLevel == .zero && $0.node == "\($0.name).0" })
        #expect(Set(self.world.rotaryValves.map(\.name)) == Set((1...10).map { "V\($0)" }))
        #expect(self.world.rotaryValves.allSatisfy { $0.portCount == 10 })
        #expect(
            self.world.gasValves == [
                .init(
                    name: "ArdV_0_1", releasedInlet: "ArdV_0_1.0", energisedInlet: "ArdV_0_1.1", outlet: "ArdV_0_1_0.0")
            ])
    }

    @Test func `the cell has the configured constant and temperature`() throws {
        let cell = try #require(self.world.cells.first)
        let edge = try #require(self.lab.model.router.graph.cell(of: "electrochemistry"))
        #expect(cell.edge == edge.label)
        #expect(cell.temperature == self.lab.configuration.cell.temperature.reading.value)
        #expect(cell.electrodes.cellConstant == self.lab.configuration.cell.constant.value)
        #expect((5e-8...1e-6).contains(cell.electrodes.cableInductance))
    }

    @Test func `every device of the lab is simulated on the kind of line it has`() {
        #expect(self.described.devices.map(\.name) == self.lab.configuration.devices.map(\.name))
        let relay = self.described.devices.first { $0.name == "gas" }
        let board = "tty:///dev/serial/by-id/usb-Arduino_LLC_Arduino_Uno_example-if00"
        #expect(relay?.kind == .relay(board: board, channel: 1, gasValve: "ArdV_0_1"))
        #expect(relay?.line == .tty)
        let potentiostat = self.described.devices.first { $0.name == "potentiostat" }
        #expect(potentiostat?.kind == .potentiostat(cell: "electrochemistry"))
        #expect(self.described.devices.filter { $0.line == .tcp }.count == 16)
    }

    @Test func `the world begins as the agent believes`() async throws {
        let world = try LabWorld(self.world, clock: LabClock())
        let believed = try FluidState(describing: self.lab.model)
        for (name, holder) in believed.vessels {
            let real = try #require(await world.mixture(inTerminal: name), "\(name)")
            let difference = (real.volume - holder.content.liquidVolume).magnitude
            #expect(difference < Volume(1e-6, .millilitre), "\(name)")
        }
        for (node, holder) in believed.syringes {
            let pump = try #require(self.world.pumps.first { $0.node == node })
            #expect(await world.mixture(inPump: pump.name)?.volume == holder.content.liquidVolume)
        }
    }
}
