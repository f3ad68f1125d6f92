import DeviceKit
import Discovery
import Testing

@Suite struct PresenceTests {
    private static let rule = MatchRule(serial: "A10K1XYZ")
    private let device = Adapters.ftdi()
    private let number123 = Adapters.potentiostat("123")

    private static func presence(known: Acquaintance? = nil) -> Presence {
        Presence(rule: self.rule, known: known, boot: "b")
    }

    private func known(_ identity: DeviceIdentity, at device: FoundDevice? = nil) -> Acquaintance {
        Acquaintance(identity, at: device ?? self.device, boot: "b")
    }

    @Test func `a device is asked who it is, remembered, and admitted`() {
        var presence = Self.presence()
        #expect(presence.state == .absent)
        #expect(presence.look(at: [self.device]) == [.identify(self.device, after: .zero, ticket: 1)])
        #expect(presence.state == .identifying)
        #expect(presence.identified(self.number123, ticket: 1) == [.admit(self.device, self.known(self.number123))])
        #expect(presence.state == .ready)
        #expect(presence.reason == nil)
        #expect(presence.look(at: [self.device]) == [])
    }

    @Test func `the same instrument in another socket is the same device`() {
        var presence = Self.presence(known: self.known(self.number123))
        let moved = Adapters.ftdi("/dev/ttyUSB1", socket: "2.1", stay: 9)
        _ = presence.look(at: [moved])
        let acts = presence.identified(self.number123, ticket: 1)
        #expect(acts == [.admit(moved, self.known(self.number123, at: moved))])
    }

    @Test func `another instrument in the same socket waits for a word, and only a yes admits it`() {
        var presence = Self.presence(known: self.known(self.number123))
        _ = presence.look(at: [self.device])
        let acts = presence.identified(Adapters.potentiostat("456"), ticket: 1)
        guard case .close? = acts.first, case .ask(let question)? = acts.last else {
            Issue.record("\(acts)")
            return
        }
        #expect(question.text == "PalmSens EmStat4 LR no. 123 belongs here, PalmSens EmStat4 LR no. 456 answers")
        #expect(presence.state == .unsafe)
        #expect(presence.answered(true) == [.identify(self.device, after: .zero, ticket: 3)])
        let met = self.known(Adapters.potentiostat("456"))
        #expect(presence.identified(met.identity, ticket: 3) == [.admit(self.device, met)])
    }

    @Test func `a no keeps it out until something else is plugged in`() {
        var presence = Self.presence(known: self.known(self.number123))
        _ = presence.look(at: [self.device])
        _ = presence.identified(Adapters.potentiostat("456"), ticket: 1)
        #expect(presence.answered(false) == [])
        #expect(presence.state == .unsafe)
        #expect(presence.look(at: [self.device]) == [])
        let again = Adapters.ftdi(stay: 8)
        #expect(presence.look(at: [again]).last == .identify(again, after: .zero, ticket: 3))
    }

    @Test func `what has no serial number is confirmed after every replug, and not after a restart`() {
        let board = DeviceIdentity(vendor: "Arduino", model: "relay board")
        var fresh = Self.presence()
        _ = fresh.look(at: [self.device])
        _ = fresh.identified(board, ticket: 1)
        #expect(fresh.state == .locked)
        #expect(fresh.reason?.contains("used for the first time") == true)

        var restarted = Self.presence(known: self.known(board))
        _ = restarted.look(at: [self.device])
        #expect(restarted.identified(board, ticket: 1) == [.admit(self.device, self.known(board))])
        let again = Adapters.ftdi(stay: 8)
        #expect(restarted.look(at: []).count == 1)
        _ = restarted.look(at: [again])
        _ = restarted.identified(board, ticket: 3)
        #expect(restarted.state == .locked)
        #expect(restarted.reason?.contains("plugged in again") == true)

        var moved = Self.presence(known: self.known(board))
        _ = moved.look(at: [Adapters.ftdi(socket: "2", stay: 8)])
        _ = moved.identified(board, ticket: 1)
        #expect(moved.reason?.contains("was moved from pci-0000:00:14.0-usb-0:1.4:1.0 to") == true)
    }

    @Test func `what cannot say who it is gets no byte before an operator has confirmed it`() {
        let board = DeviceIdentity(vendor: "Arduino", model: "relay board")
        func presence(_ known: Acquaintance?) -> Presence {
            Presence(rule: Self.rule, known: known, boot: "b", silent: board)
        }
        var fresh = presence(nil)
        guard case .ask(let question)? = fresh.look(at: [self.device]).last else {
            Issue.record("\(fresh.state)")
            return
        }
        #expect(!question.hasAnswered && question.text == "it is used for the first time")
        #expect(fresh.state == .locked)
        #expect(fresh.answered(true) == [.identify(self.device, after: .zero, ticket: 2)])
        #expect(fresh.identified(board, ticket: 2) == [.admit(self.device, self.known(board))])
        // A line that only broke is the same stay; another plugging is not, and neither is another socket.
        #expect(fresh.lost().last == .identify(self.device, after: .milliseconds(50), ticket: 4))
        #expect(fresh.identified(board, ticket: 4) == [.admit(self.device, self.known(board))])
        for again in [Adapters.ftdi(stay: 8), Adapters.ftdi(socket: "2", stay: 9)] {
            let acts = fresh.look(at: [again])
            #expect(acts.allSatisfy { if case .identify = $0 { false } else { true } }, "\(acts)")
            #expect(fresh.state == .locked)
        }
        var restarted = presence(self.known(board))
        #expect(restarted.look(at: [self.device]) == [.identify(self.device, after: .zero, ticket: 1)])
    }

    @Test func `a question about a device that was pulled is withdrawn`() {
        var presence = Self.presence()
        _ = presence.look(at: [self.device])
        _ = presence.identified(Adapters.potentiostat(nil), ticket: 1)
        #expect(presence.look(at: []).last == .withdraw)
        #expect(presence.answered(true) == [])
        #expect(presence.state == .absent)
    }

    @Test func `two devices that fit one rule are told with what to write, and neither is used`() {
        var presence = Self.presence()
        let other = Adapters.ftdi("/dev/ttyUSB1", socket: "2", stay: 9)
        _ = presence.look(at: [self.device])
        _ = presence.identified(self.number123, ticket: 1)
        let acts = presence.look(at: [self.device, other])
        #expect(acts == [.close(reason: "/dev/ttyUSB0 in pci-0000:00:14.0-usb-0:1.4:1.0 was unplugged")])
        #expect(presence.state == .faulted)
        #expect(presence.reason?.contains("fits 2 devices, /dev/ttyUSB0 in pci-") == true)
        #expect(presence.reason?.contains("add `interface`, `path` or `port`") == true)
        #expect(presence.look(at: [other]) == [.identify(other, after: .zero, ticket: 3)])
    }

    @Test func `two instruments with one serial number are told, and asked again`() {
        var presence = Self.presence()
        _ = presence.look(at: [self.device])
        let acts = presence.identified(self.number123, ticket: 1, twin: "spare")
        #expect(acts.last == .identify(self.device, after: .seconds(5), ticket: 2))
        #expect(presence.state == .faulted)
        #expect(presence.reason?.contains("no. 123, as spare is") == true)
        #expect(presence.identified(self.number123, ticket: 2) == [.admit(self.device, self.known(self.number123))])
    }

    @Test func `who does not answer is asked again, ever more seldom, and counts as faulted`() {
        var presence = Self.presence()
        var acts = presence.look(at: [self.device])
        var pauses: [Duration] = []
        for attempt in 1...10 {
            acts = presence.failed(Adapters.error(.garbled), ticket: attempt)
            guard case .identify(_, let pause, attempt + 1)? = acts.first else {
                Issue.record("\(acts)")
                return
            }
            pauses.append(pause)
            #expect(presence.state == (attempt < 4 ? .identifying : .faulted))
        }
        #expect(pauses.prefix(3) == [.milliseconds(50), .milliseconds(100), .milliseconds(200)])
        #expect(pauses.suffix(3) == [.seconds(5), .seconds(5), .seconds(5)])
        #expect(presence.reason == "identify: no answer. Switch it on.")
        #expect(presence.identified(self.number123, ticket: 11).count == 1)
        #expect(presence.state == .ready)
    }

    @Test func `a line that another program has is tried every two seconds`() {
        var presence = Self.presence()
        _ = presence.look(at: [self.device])
        var last: [Presence.Act] = []
        for ticket in 1...9 { last = presence.failed(Adapters.error(.busy), ticket: ticket) }
        #expect(last == [.identify(self.device, after: .seconds(2), ticket: 10)])
        #expect(presence.state == .busy)
    }

    @Test func `a line that broke is identified anew`() {
        var presence = Self.presence()
        _ = presence.look(at: [self.device])
        _ = presence.identified(self.number123, ticket: 1)
        let acts = presence.lost()
        #expect(acts.last == .identify(self.device, after: .milliseconds(50), ticket: 3))
        #expect(presence.lost() == [])
        #expect(presence.identified(self.number123, ticket: 1) == [])
        #expect(presence.state == .identifying)
    }

    /// Random histories: whatever happens, only who was just recognised is admitted, and never a late answer's author.
    @Test(arguments: [UInt64](1...20))
    func `nobody is admitted but who was just asked and is the right one`(seed: UInt64) {
        var draws = SeededDraws(seed: seed)
        var presence = Self.presence(known: self.known(self.number123))
        var ticket = 0
        var stay = 1
        for step in 0..<400 {
            var acts: [Presence.Act] = []
            let used = ticket - (draws.next(below: 4) == 0 ? 1 : 0)
            switch draws.next(below: 7) {
            case 0: acts = presence.look(at: [])
            case 1:
                stay += 1
                acts = presence.look(at: [Adapters.ftdi(stay: stay)])
            case 2: acts = presence.look(at: [Adapters.ftdi(stay: stay), Adapters.ftdi("/dev/ttyUSB1", socket: "3")])
            case 3:
                acts = presence.identified(
                    Adapters.potentiostat(draws.next(below: 2) == 0 ? "123" : "456"), ticket: used)
            case 4: acts = presence.failed(Adapters.error(), ticket: used)
            case 5: acts = presence.lost()
            default: acts = presence.answered(false)
            }
            for act in acts {
                if case .identify(_, _, let next) = act {
                    #expect(next > ticket)
                    ticket = next
                }
                if case .admit(let device, let met) = act {
                    #expect(met.identity.serialNumber == "123", "seed \(seed), step \(step)")
                    #expect(used == ticket && device.plug == "1:\(stay)", "seed \(seed), step \(step)")
                }
            }
        }
    }
}

/// A small generator, so that a seed means the same everywhere.
struct SeededDraws {
    private var state: UInt64

    init(seed: UInt64) { self.state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next(below limit: UInt64) -> UInt64 {
        self.state ^= self.state << 13
        self.state ^= self.state >> 7
        self.state ^= self.state << 17
        return (self.state >> 11) % limit
    }
}
