/// What a comparison of the three logs found. Each entry is one fault with its evidence.
struct Verdict: Sendable, Equatable, CustomStringConvertible {
    /// Requests that were taken and have no result, and requests nobody gave up that were never served.
    var lost: [String] = []
    /// Requests with more than one result at the broker.
    var duplicates: [String] = []
    /// Results that do not say what was true, or do not say that they are doubtful; accidents of the lab.
    var wrong: [String] = []
    /// Steps that must not happen twice and did.
    var repeated: [String] = []
    /// What moved without a journaled step.
    var unjournaled: [String] = []
    /// How many results were delivered, and how many of them are off and say so by their rating.
    var delivered = 0
    var ratedDown = 0
    /// How many requests were given up by an operator.
    var givenUp = 0

    var faults: [String] {
        func marked(_ mark: String, _ entries: [String]) -> [String] { entries.map { "\(mark): \($0)" } }
        return marked("lost", self.lost) + marked("duplicate", self.duplicates) + marked("wrong", self.wrong)
            + marked("done twice", self.repeated) + marked("not journaled", self.unjournaled)
    }

    mutating func add(_ other: Verdict) {
        self.lost += other.lost
        self.duplicates += other.duplicates
        self.wrong += other.wrong
        self.repeated += other.repeated
        self.unjournaled += other.unjournaled
        self.delivered += other.delivered
        self.ratedDown += other.ratedDown
        self.givenUp += other.givenUp
    }

    var description: String { self.faults.isEmpty ? "no fault" : self.faults.joined(separator: "\n") }
}
