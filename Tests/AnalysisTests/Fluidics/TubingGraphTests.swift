import DeviceKit
import Testing

@testable import Analysis

struct TubingGraphTests {
    @Test(.enabled(if: TubingFiles.published.exists, "the published files are not here"))
    func `the published files give the published graph`() throws {
        let graph = try TubingFiles.published.graph()
        #expect(graph.nodes.count == 151)
        #expect(graph.arcCount == 313)
        #expect(graph.edges.filter(\.isFixed).count == 111)
        #expect(graph.edges.filter { !$0.isFixed }.count == 60)
        #expect(graph.edges.filter { !$0.isDirected }.count == 142)
    }

    @Test(.enabled(if: TubingFiles.published.exists, "the published files are not here"))
    func `the published files are warned of for their known oddities and for nothing else`() throws {
        let graph = try TubingFiles.published.graph()
        let dangling =
            (1...6).flatMap { valve in [3, 4, 6, 7, 8].map { "V\(valve).\($0)" } }
            + [2, 3, 4, 6, 7, 8, 9, 10].map { "V7.\($0)" } + (1...5).map { "V8.\($0)" }
            + [1, 2, 3, 4, 5, 10].map { "V9.\($0)" }
        #expect(graph.danglingPorts.map(\.name).sorted() == dangling.sorted())
        #expect(dangling.count == 49)
        let spares: Set = ["0485-NT-1", "0496-NT-2", "0504-NC-1", "0601-NN-6"]
        #expect(Set(graph.spareTubes) == spares)
        let expected =
            dangling.map { "no tube leads to port \($0)" }
            + spares.map { "tube \($0) is not installed" }
            + [
                "0116-FF-1 is 1130 mm long, its label says 116 mm",
                "the dead volume of 0000-YY-1 is 0.01 mL, its length and diameter give 2.50149e-06 mL",
                "the dead volume of 0000-YY-2 is 0.01 mL, its length and diameter give 2.50149e-06 mL",
                "the dead volume of 0601-NN-6 is 0.0482 mL, its length and diameter give 0.0424822 mL",
                "the dead volume of 1000-YY-1 is 1.0106 mL, its length and diameter give 2.01062 mL",
                "tube 0504-NC-1 has the fittings NT, its label says NC",
            ]
        #expect(graph.warnings.map(\.message).sorted() == expected.sorted())
        #expect(graph.warnings.allSatisfy { $0.severity == .warning })
    }

    @Test func `our files of the lab load without a warning`() throws {
        let graph = try TubingFiles.ours.graph()
        #expect(graph.warnings.isEmpty, "\(graph.warnings)")
        #expect(graph.nodes.count == 151)
        #expect(graph.arcCount == 313)
        #expect(graph.danglingPorts.count == 49)
        #expect(graph.pumps(role: .cleaning).map(\.name) == ["F0.0"])
    }

    @Test(.enabled(if: TubingFiles.published.exists, "the published files are not here"))
    func `our files say the same as the published ones, but for what was mended`() throws {
        let published = try TubingFiles.published.graph()
        let ours = try TubingFiles.ours.graph()
        #expect(Set(ours.nodes.map(\.name)) == Set(published.nodes.map(\.name)))
        for node in published.nodes { #expect(ours.node(node.name)?.kind == node.kind) }
        let mended = ["1000-YY-1", "0000-YY-1", "0000-YY-2"]
        for edge in published.edges where !mended.contains(edge.label) { #expect(ours.edge(edge.label) == edge) }
        #expect(ours.edges.count == published.edges.count)
        #expect(Set(ours.spareTubes) == Set(published.spareTubes))
        #expect(ours.edge("1000-YY-1")?.deadVolume == Volume(2.0106, .millilitre))
    }

    @Test(arguments: [
        ("A0.0", FluidicNode.Kind.pump), ("V10.0", .valveCommon(valve: "V10")),
        ("V10.10", .valvePort(valve: "V10", port: 10)), ("M1.0", .mixerOutlet(mixer: "M1")),
        ("M1.6", .mixerInlet(mixer: "M1", inlet: 6)), ("ArdV_0_1.1", .gasValveInlet(valve: "ArdV_0_1", port: 1)),
        ("ArdV_0_1_0.0", .gasValveOutlet(valve: "ArdV_0_1")), ("Reservoir6", .reservoir), ("Solvent", .solvent),
        ("waste_2", .waste), ("vial_8", .vial), ("ambient", .ambient), ("pressurizedGas", .gas),
        ("densiViscoIN", .cellInlet(instrument: "densiVisco")), ("nmrOUT", .cellOutlet(instrument: "nmr")),
    ])
    func `a name tells what stands there`(name: String, kind: FluidicNode.Kind) {
        #expect(FluidicNode.Kind(readingName: name) == kind)
    }

    @Test(arguments: [
        "", ".", "V1", "V1.", "V1.x", "V1.-1", "A0.1", "ArdV_0_1.2", "ArdV_0_1_0.1", "IN", "vial_", "tank",
    ])
    func `a name outside the grammar tells nothing`(name: String) {
        #expect(FluidicNode.Kind(readingName: name) == nil)
    }

    @Test func `columns override what a name says`() throws {
        let graph = try Self.graph(
            nodes: """
                node,kind,device,port,role
                syringe,pump,,,cleaning
                selector in,valve common,selector,,
                selector left,valve port,selector,1,
                beaker,vial,,,
                """,
            catalogue: """
                label,from,to,length [mm],inner diameter [mm],dead volume [mL],flow
                bore,selector in,selector left,10,1,0.0079,both ways
                hose,,,100,1,0.0785,both ways
                line,,,100,1,0.0785,both ways
                """,
            tubing: "tube,from,to\nhose,syringe,selector in\nline,selector left,beaker\n"
        )
        #expect(graph.warnings.isEmpty)
        let route = try Router(graph).route(from: "syringe", to: "beaker")
        #expect(route.valveSettings == [ValveSetting(valve: "selector", port: 1)])
    }

    @Test func `all that is wrong in three files is told at once, each with its place`() throws {
        let nodes = """
            node;kind;role
            A0.0;;boss
            V1.0;;
            V1.1;;
            V1.1;;
            tank;;
            pot;cauldron;
            vial_1;;
            """
        let catalogue = """
            edge;flexibility;start;end;length;diameter;dead_volume;restriction
            bore;fixed;V1.0;V1.9;10;1;0.0079;undirected
            hose;available;not_fixed;not_fixed;NaN;1;0.08;undirected
            line;available;not_fixed;not_fixed;100;1;0.0785;sideways
            pipe;available;not_fixed;not_fixed;-100;1;0.0785;directed
            pipe2;broken;not_fixed;not_fixed;100;1;0.0785;directed
            pipe2;broken;not_fixed;not_fixed;100;1;0.0785;directed
            duct;glued;;;100;1;0.0785;directed
            good;available;not_fixed;not_fixed;100;1;0.0785;directed
            """
        let tubing = """
            edge;start;end
            good;A0.0;nowhere
            good;A0.0;vial_1
            pipe2;A0.0;vial_1
            bore;A0.0;vial_1
            ghost;A0.0;
            """
        let expected = [
            "catalogue:2:17: channel bore ends at no node of the nodes file",
            "catalogue:3:36: the length [mm] of hose \"NaN\" is not a finite number",
            "catalogue:4:49: \"sideways\" is no direction of flow; known are \"one way\" and \"both ways\"",
            "catalogue:5:36: the length [mm] of pipe is negative",
            "catalogue:7:1: label pipe2 appears twice",
            "catalogue:8:6: \"glued\" is no use of a channel or tube",
            "nodes:2:7: \"boss\" is no role of a pump; known are stock, cleaning",
            "nodes:5:1: node V1.1 appears twice",
            "nodes:6:1: the name tank does not say what stands there; fill in the column \"kind\"",
            "nodes:7:5: \"cauldron\" is no kind of node; known are "
                + FluidicNode.Kind.words.joined(separator: ", "),
            "tubing:2:11: \"nowhere\" is no node of the nodes file",
            "tubing:3:1: tube good is installed twice",
            "tubing:4:1: tube pipe2 is marked as broken in the catalogue",
            "tubing:5:1: bore is a channel inside a device, no tube",
            "tubing:6:1: tube \"ghost\" is not in the catalogue, or not readable there",
            "tubing:6:12: a blank is no node of the nodes file",
        ]
        let found = #expect(throws: SourceDiagnostics.self) {
            try Self.graph(nodes: nodes, catalogue: catalogue, tubing: tubing)
        }
        #expect(found?.errors.map(\.description) == expected)
    }

    @Test func `a missing column, a ragged row and two tubes on one port are errors`() throws {
        let found = #expect(throws: SourceDiagnostics.self) {
            try Self.graph(
                nodes: "node\nA0.0\nvial_1\nvial_2\n",
                catalogue: """
                    label,from,to,length [mm],inner diameter [mm],dead volume [mL]
                    a,,,100,1
                    """,
                tubing: "tube,from,to\n"
            )
        }
        #expect(
            found?.errors.map(\.description) == [
                "catalogue:1:1: column flow or restriction is missing",
                "catalogue:2:1: the row has 5 cells, the header has 6",
            ]
        )
        let doubled = #expect(throws: SourceDiagnostics.self) {
            try Self.graph(
                nodes: "node\nA0.0\nvial_1\nvial_2\n",
                catalogue: """
                    label,from,to,length [mm],inner diameter [mm],dead volume [mL],flow
                    a,,,100,1,0.0785,one way
                    b,,,100,1,0.0785,one way
                    """,
                tubing: "tube,from,to\na,A0.0,vial_1\nb,A0.0,vial_2\n"
            )
        }
        #expect(doubled?.errors.map(\.description) == ["nodes:2:1: port A0.0 has more than one tube: a, b"])
    }

    static func graph(nodes: String, catalogue: String, tubing: String) throws -> TubingGraph {
        try TubingGraph(
            nodes: CSVTable(nodes, file: "nodes"),
            catalogue: CSVTable(catalogue, file: "catalogue"),
            tubing: CSVTable(tubing, file: "tubing")
        )
    }
}
