import Protocols

/// Decides of each record that a densimeter prints whether it is of the sample that is waited for.
///
/// A name decides by itself. A bare number is believed only where it follows the one before, was printed after the word of
/// the person who started the measurement, and no other measurement is still owed.
struct PrintedSample {
    enum Verdict: Hashable {
        /// - reason: what it is believed by, where it bears no name.
        case ours(reason: String?)
        /// It is of somebody else, for this reason.
        case foreign(String)
        /// It is of this sample, and not what was asked for.
        case unwanted(String)
        /// It could be of this sample or of another one.
        case doubtful(String)
    }

    /// The number of the record that was printed last, if it had one.
    private var lastNumber: Int?
    /// A sample whose record has not come, and may still come.
    var owed: String?

    /// - Parameter isEarly: it was printed before the measurement was said to begin.
    mutating func judge(
        _ record: DensimeterPrintout.Record, sample: String, method: String, isEarly: Bool
    ) -> Verdict {
        let misfit = record.method.flatMap { printed in
            printed.lowercased() == method.lowercased()
                ? nil : "it was measured with the method “\(printed)”, not “\(method)”"
        }
        if let name = record.sample, Self.number(name) == nil {
            if name.lowercased() == self.owed?.lowercased() { self.owed = nil }
            guard name.lowercased() == sample.lowercased() else { return .foreign("it is of sample \(name)") }
            return misfit.map(Verdict.unwanted) ?? .ours(reason: nil)
        }
        let number = record.sample.flatMap(Self.number)
        let words = number.map { "it has no name, but the number \($0)" } ?? "it has neither name nor number"
        let before = self.lastNumber
        let owed = self.owed
        self.lastNumber = number ?? before
        self.owed = nil
        guard !isEarly else { return .foreign("\(words), and was printed before this sample was started") }
        if let owed {
            return .doubtful("\(words): it may be of \(owed), whose record has never come")
        }
        if let before, let number, number != before + 1 {
            return .doubtful("\(words), and \(before + 1) was to follow \(before): somebody measured in between")
        }
        if let misfit { return .doubtful("\(words), and \(misfit)") }
        let order = before.flatMap { before in number.map { _ in "it follows \(before)" } }
        return .ours(reason: "\(words); \(order ?? "it is the first that came after the start")")
    }

    private static func number(_ text: String) -> Int? {
        text.allSatisfy { $0.isASCII && $0.isNumber } ? Int(text) : nil
    }
}
