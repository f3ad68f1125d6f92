import Discovery
import Testing

@Suite struct PluggedDevicesTests {
    private let first = Adapters.ftdi()
    private let again = Adapters.ftdi(stay: 8)

    @Test func `a device that was pulled and plugged between two looks is a new one`() {
        var plugged = PluggedDevices()
        #expect(plugged.reconcile(with: [self.first]) == [.appeared(self.first)])
        #expect(plugged.reconcile(with: [self.first]) == [])
        #expect(plugged.reconcile(with: [self.again]) == [.vanished(self.first), .appeared(self.again)])
        #expect(plugged.reconcile(with: []) == [.vanished(self.again)])
    }

    @Test func `an event and a look that say the same are one change`() {
        var plugged = PluggedDevices()
        #expect(plugged.note(self.first) == [.appeared(self.first)])
        #expect(plugged.reconcile(with: [self.first]) == [])
        #expect(plugged.noteRemoval(ofSystemPath: self.first.systemPath) == [.vanished(self.first)])
        #expect(plugged.noteRemoval(ofSystemPath: self.first.systemPath) == [])
    }

    @Test func `links that come later are a change of the same device`() {
        var plugged = PluggedDevices()
        var early = self.first
        early.links = []
        _ = plugged.note(early)
        #expect(plugged.note(self.first) == [.changed(self.first)])
        #expect(plugged.matching(MatchRule(link: self.first.links[0])) == [self.first])
    }
}
