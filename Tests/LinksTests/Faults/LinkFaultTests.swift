import Links
import Testing

@Suite struct LinkFaultTests {
    @Test(arguments: [
        LinkFault(.latency(.milliseconds(100), jitter: .milliseconds(20))), LinkFault(.down),
        LinkFault(.bandwidth(bytesPerSecond: 960), .upstream), LinkFault(.slowClose(delay: .seconds(2))),
        LinkFault(.timeout(.zero), toxicity: 0.25), LinkFault(.resetPeer(timeout: .milliseconds(5))),
        LinkFault(.slicer(averageSize: 3, sizeVariation: 2, delay: .milliseconds(1))),
        LinkFault(.limitData(bytes: 100)), LinkFault(.drop(rate: 0.01)), LinkFault(.double(rate: 0.5)),
        LinkFault(.corrupt(rate: 1), .upstream), LinkFault(.garbage(.inside, longest: 8, rate: 0.125)),
        LinkFault(.flood(bytes: 1_000_000)), LinkFault(.late(by: .milliseconds(300), rate: 0.5)),
        LinkFault(.silence(afterBytes: 12)),
    ])
    func `a fault is written and read`(_ fault: LinkFault) throws {
        #expect(try LinkFault(parsing: "\(fault)") == fault)
    }

    @Test func `what is left out has its default`() throws {
        #expect(try LinkFault(parsing: "latency latency=0.1s") == LinkFault(.latency(.milliseconds(100))))
        #expect(try LinkFault(parsing: "bandwidth rate=12KB/s") == LinkFault(.bandwidth(bytesPerSecond: 12_000)))
        #expect(try LinkFault(parsing: " silence  stream=upstream ") == LinkFault(.silence(), .upstream))
    }

    @Test(arguments: [
        ("", "name"), ("lateness by=3s", "no fault"), ("latency", "needs latency="), ("latency latency=100", "time"),
        ("latency latency=-1s", "time"), ("drop rate=1.5", "probability"), ("drop rate=nan", "probability"),
        ("limit_data bytes=many", "whole number"), ("garbage longest=3 place=between", "before, inside, after"),
        ("drop rate=0.1 colour=red", "no “colour”"), ("drop rate=0.1 rate=0.2", "twice"), ("drop 0.1", "key=value"),
        ("bandwidth rate=9600", "B/s"), ("bandwidth rate=0B/s", "B/s"), ("down stream=sideways", "upstream"),
    ])
    func `a wrong fault is refused with the reason`(_ text: String, _ word: String) {
        let error = #expect(throws: LinkFault.Invalid.self) { try LinkFault(parsing: text) }
        #expect(error?.description.contains(word) == true, "\(error?.description ?? "")")
    }
}
