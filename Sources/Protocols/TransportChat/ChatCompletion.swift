/// What a member says of a task: `%DONE;<request>;<location>`, or `%FAILED;…` for one that was not possible.
public struct ChatCompletion: Sendable, Hashable {
    /// Where the sample is now, as a member wrote it.
    public struct Place: Sendable, Hashable {
        public var address: String
        public var detail1: String?
        public var detail2: String?

        public init(address: String, detail1: String? = nil, detail2: String? = nil) {
            self.address = address
            self.detail1 = detail1
            self.detail2 = detail2
        }
    }

    /// What is wrong with it, in words for the one who wrote it.
    public struct Fault: Error, Sendable, Hashable, CustomStringConvertible {
        public let description: String
    }

    public var isDone: Bool
    /// The request's id.
    public var request: String
    public var place: Place?

    public init(isDone: Bool, request: String, place: Place? = nil) {
        self.isDone = isDone
        self.request = request
        self.place = place
    }

    /// Nil for what is only said.
    ///
    /// - Throws: for what is meant as a completion and cannot be understood.
    public init?(parsing message: String) throws(Fault) {
        guard let sign = message.firstIndex(of: "%") else { return nil }
        let fields = message[sign...].dropFirst().split(
            separator: ";", maxSplits: 2, omittingEmptySubsequences: false)
        let word = fields[0].filter { !$0.isWhitespace }
        guard fields.count > 1 else {
            // “100 % sure” is talk.
            guard ["DONE", "FAILED"].contains(where: { word.uppercased().hasPrefix($0) }) else { return nil }
            throw Fault(description: "which request? Write %DONE;<request_uuid>")
        }
        guard word == "DONE" || word == "FAILED" else {
            throw Fault(description: "“%\(word.prefix(20))” is neither %DONE nor %FAILED")
        }
        let request = fields[1].filter { !$0.isWhitespace && $0 != "'" && $0 != "\"" }.lowercased()
        guard !request.isEmpty else { throw Fault(description: "which request? Write %\(word);<request_uuid>") }
        self.init(isDone: word == "DONE", request: request)
        guard fields.count == 3 else { return }
        let location = fields[2].drop { $0.isWhitespace || $0 == "'" }
        guard !location.isEmpty else { return }
        self.place = try Self.place(String(location))
    }

    private static func place(_ text: String) throws(Fault) -> Place {
        let known: Set = ["address", "detail_1", "detail_2"]
        // The syntax that members are shown stands in quotes, which some copy.
        let members = PythonLiteral.dictionary(text) ?? PythonLiteral.dictionary(String(text.dropLast()))
        guard let members, Set(members.keys).isSubset(of: known), let address = members["address"], !address.isEmpty
        else {
            throw Fault(
                description: "the location is not understood; write "
                    + #"{"address": "...", "detail_1": "...", "detail_2": "..."}, of which the address is needed"#)
        }
        return Place(address: address, detail1: members["detail_1"], detail2: members["detail_2"])
    }
}
