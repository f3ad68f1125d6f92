/// What the lab has determined about itself, as the desk tells it.
struct CalibrationsView: Decodable, Sendable {
    struct Row: Decodable, Sendable {
        var kind: String
        var subject: String
        var value: Double?
        var uncertainty: Double?
        var unit: String
        var determined: String
        var expires: String?
        var status: String
        var isCurrent: Bool
        var person: String?
        var run: String?
        var faults: [String]
    }

    struct Densimeter: Decodable, Sendable {
        var name: String
        var methods: [String]
    }

    var rows: [Row]
    var due: [String]
    var wet: [String]
    var standards: [String]
    var densimeter: Densimeter?
    var vials: [String]
}
