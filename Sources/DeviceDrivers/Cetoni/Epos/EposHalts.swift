import Protocols

/// The halts that wait for their turn on a serial line, as they go out where it is out of step: all of them at once, unheard
/// of whether they were understood.
struct EposHalts: Sendable {
    private var waiting: [(ticket: Int, bytes: [UInt8])] = []
    private var lastTicket = 0
    /// How often a V1 drive still waits for the host's word in a dialogue that broke off; it would take the first bytes of a
    /// halt for it.
    var owed = 0

    /// In the order they came.
    var all: [[UInt8]] { self.waiting.map(\.bytes) }

    mutating func add(_ bytes: [UInt8]) -> Int {
        self.lastTicket += 1
        self.waiting.append((self.lastTicket, bytes))
        return self.lastTicket
    }

    mutating func remove(_ ticket: Int) { self.waiting.removeAll { $0.ticket == ticket } }

    /// What ends the dialogue that broke off.
    mutating func takeOwed() -> [UInt8] {
        defer { self.owed = 0 }
        return Array(repeating: EposV1Message.okay, count: self.owed)
    }
}
