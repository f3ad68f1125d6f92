import Store
import Synchronization
import Testing

@Suite struct UUIDv7Tests {
    @Test func `ids keep growing while the clock is set back ten years`() {
        let clock = Mutex<UInt64>(1_790_000_000_000)
        let source = UUIDv7Source(now: { clock.withLock(\.self) })
        var last = source.make()
        for step in 0..<20_000 {
            if step == 5000 { clock.withLock { $0 -= 315_360_000_000 } }
            if step == 9000 { clock.withLock { $0 += 1000 } }
            let next = source.make()
            #expect(next > last)
            #expect(next.description > last.description)
            last = next
        }
    }

    @Test func `an id goes on after the greatest one in use`() throws {
        let newest = try #require(UUIDv7(parsing: "ffffff00-0000-7abc-8000-000000000001"))
        #expect(UUIDv7Source(after: newest).make() > newest)
    }

    @Test func `text reads back, and has version 7 and the variant of the RFC`() throws {
        let id = UUIDv7Source().make()
        let text = id.description
        #expect(text.count == 36)
        #expect(UUIDv7(parsing: text) == id)
        #expect(UUIDv7(parsing: text.uppercased()) == id)
        #expect(Array(text)[14] == "7")
        #expect("89ab".contains(Array(text)[19]))
    }

    @Test(arguments: [
        "", "017f22e2-79b0-7cc3-98c4-dc0c0c07398", "017f22e2-79b0-4cc3-98c4-dc0c0c07398f",
        "017f22e2_79b0-7cc3-98c4-dc0c0c07398f", "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0",
        "017f22e2-79b0-7cc3-18c4-dc0c0c07398f",
    ])
    func `what is not a version 7 id is refused`(text: String) {
        #expect(UUIDv7(parsing: text) == nil)
    }

    /// The example of RFC 9562, appendix A.6.
    @Test func `the id printed in the RFC gives its time`() {
        #expect(UUIDv7(parsing: "017F22E2-79B0-7CC3-98C4-DC0C0C07398F")?.milliseconds == 1_645_557_742_000)
    }
}
