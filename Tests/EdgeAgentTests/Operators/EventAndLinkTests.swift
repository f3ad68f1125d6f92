import Protocols
import Testing

@testable import EdgeAgent

@Suite struct EventAndLinkTests {
    @Test func `a log line quotes what has blanks`() {
        let event = AgentEvent.stepBegun(run: "r1", index: 0, count: 19, title: "close the \"gas\"")
        #expect(event.line(at: "T") == #"T step.begun run=r1 step=1 of=19 title="close the \"gas\"""#)
        #expect(
            event.json(at: "T").text()
                == #"{"time":"T","event":"step.begun","run":"r1","step":1,"of":19,"title":"close the \"gas\""}"#)
        #expect(AgentEvent.notice("").line(at: "T") == #"T notice text="""#)
    }

    @Test func `the lines of a simulated lab are read`() throws {
        let text = """
            {"device":"A0","kind":"syringe-pump","endpoint":"tcp://127.0.0.1:41753"}

            {"device":"gas","kind":"relay","endpoint":"tty:///dev/pts/3"}\n
            """
        let list = try LinkList(parsing: text, file: "links.jsonl")
        #expect(list.links == ["A0": "tcp://127.0.0.1:41753", "gas": "tty:///dev/pts/3"])
    }

    @Test func `every line that cannot be used is told with its place`() {
        let text = """
            {"device":"A0","endpoint":"tcp://127.0.0.1:1"}
            {"device":"A0","endpoint":"tcp://127.0.0.1:2"}
            Simulating asab
            {"device":"B0"}
            """
        let error = #expect(throws: OperatorError.self) { try LinkList(parsing: text, file: "links.jsonl") }
        #expect(error?.status == .badData)
        let lines = error?.description.split(separator: "\n").map { $0.prefix(16) }
        #expect(lines == ["links.jsonl:2:1:", "links.jsonl:3:1:", "links.jsonl:4:1:"])
    }
}
