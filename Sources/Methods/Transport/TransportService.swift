public import Analysis
import DeviceKit
public import Protocols

/// `transport/transport_service`: a person carries a sample, and says where it really went.
public struct TransportService: Method {
    public let quantity = "transport"
    public let name = "transport_service"
    public let isManual = true
    private let settings: TransportSettings

    /// What can be answered: carried as asked, carried elsewhere, not carried.
    public enum Answer: String, Sendable, CaseIterable {
        case done, elsewhere, impossible
    }

    public init(_ settings: TransportSettings) { self.settings = settings }

    public var limitations: JSONValue {
        guard !self.settings.addresses.isEmpty else { return [[:]] }
        let address: JSONValue = ["address": .array(self.settings.addresses.map(JSONValue.string))]
        return [["origin": address, "destination": address]]
    }

    public func prepare(
        _ parameters: JSONValue, sample: SampleIdentity, in situation: LabSituation
    ) throws(RequestRefusal) -> PreparedRun {
        let transport = try Transport(parameters)
        for place in [transport.origin, transport.destination]
        where !self.settings.addresses.isEmpty && !self.settings.addresses.contains(place.address) {
            throw RequestRefusal(
                .unservable,
                "“\(place.address)” is not one of the addresses between which this lab carries samples: "
                    + self.settings.addresses.joined(separator: ", "))
        }
        let title = "carry the sample from \(transport.origin.words) to \(transport.destination.words)"
        let question = Question(
            text: "Carry the sample of request \(sample.request) from \(transport.origin.words) to "
                + "\(transport.destination.words).",
            choices: Self.choices, topic: "\(self.quantity)/\(self.name)", due: self.settings.due)
        return PreparedRun(
            sample: sample, requested: [:], recipe: [:], temperature: situation.cellTemperature,
            plan: Plan(
                summary: [title], steps: [Step(title, .askOperator(question), estimate: .zero)], consumption: [:]),
            cleanup: Plan(summary: [], steps: [], consumption: [:]), parameters: parameters.text())
    }

    public func result(
        of run: PreparedRun, outcomes: [StepOutcome], fluid: FluidState
    ) throws(RequestRefusal) -> MethodResult {
        guard let parameters = run.parameters.flatMap({ try? JSONValue(parsing: $0) }) else {
            throw RequestRefusal(.unservable, "what was asked for is not kept with the run")
        }
        let transport = try Transport(parameters)
        guard case .answered(let said)? = outcomes.last, let answer = Answer(rawValue: said.answer.choice) else {
            throw RequestRefusal(.unservable, "nobody has said what became of the sample")
        }
        let entries = said.answer.entries
        let place: SampleLocation
        switch answer {
        case .done: place = transport.destination
        // Not carried, it is where it was, unless somebody says that it is not.
        case .elsewhere, .impossible:
            place =
                entries["address"].map {
                    SampleLocation(address: $0, detail1: entries["detail_1"], detail2: entries["detail_2"])
                } ?? transport.origin
        }
        var details: JSONObject = ["answer": .string(answer.rawValue), "answered": .string(said.time)]
        if let remark = entries["remark"] { details["remark"] = .string(remark) }
        return MethodResult(
            parameters: parameters,
            data: [
                "success": .bool(answer != .impossible), "actual_new_location": place.json,
                "executant": .string(said.person), "details": .object(details),
            ], rawFiles: [])
    }

    private static let choices: [Question.Choice] = {
        let remark = Question.Entry(text: "remark", label: "what should be known")
        let details = [
            Question.Entry(text: "detail_1", label: "bench, device or cabinet"),
            Question.Entry(text: "detail_2", label: "shelf, port or tray"),
        ]
        return [
            .init(answer: Answer.done.rawValue, meaning: "it is at its destination, as asked", entries: [remark]),
            .init(
                answer: Answer.elsewhere.rawValue, meaning: "it was carried to another place",
                entries: [.init(text: "address", label: "where it is now", isRequired: true)] + details + [remark]),
            .init(
                answer: Answer.impossible.rawValue, meaning: "it was not carried; it is where it was, or where you say",
                entries: [.init(text: "address", label: "where it is, if not where it was")] + details + [remark]),
        ]
    }()
}

/// From where to where, as requested.
private struct Transport {
    let origin: SampleLocation
    let destination: SampleLocation

    init(_ parameters: JSONValue) throws(RequestRefusal) {
        self.origin = try Self.place("origin", in: parameters)
        self.destination = try Self.place("destination", in: parameters)
    }

    private static func place(_ name: String, in parameters: JSONValue) throws(RequestRefusal) -> SampleLocation {
        guard let place = parameters[name].flatMap(SampleLocation.init) else {
            throw RequestRefusal(.unservable, "the request's \(name) is no location with an address")
        }
        return place
    }
}
