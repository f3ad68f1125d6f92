import Analysis
import DeviceKit
public import Methods
public import Protocols
import Store
import Uplink

/// A request as people write it down: as the broker shows it, or only `{quantity, method, parameters}`.
public struct AskedRequest: Sendable, Hashable {
    /// The broker's id, if there is one.
    public let id: String?
    public let quantity: String
    public let method: String
    /// For the method, in the shape of its input schema.
    public let parameters: JSONValue

    /// - Parameter file: a path; `-` for standard input.
    public init(contentsOf file: String) throws(OperatorError) {
        let text: String
        do throws(SourceDiagnostics) {
            text = try TextFile.read(file == "-" ? "/dev/stdin" : file)
        } catch {
            throw OperatorError(.inputOutput, "\(error)")
        }
        try self.init(parsing: text, file: file == "-" ? "standard input" : file)
    }

    /// - Parameter file: names the text in messages.
    /// - Throws: where the text is no JSON, or what it lacks.
    public init(parsing text: String, file: String) throws(OperatorError) {
        let json: JSONValue
        do throws(JSONParseError) {
            json = try JSONValue(parsing: text)
        } catch {
            let place = Self.place(of: error.offset, in: text)
            throw OperatorError(.badData, "\(file):\(place.line):\(place.column): \(error.message)")
        }
        let request = json["request"] ?? json
        guard let quantity = request["quantity"]?.string else {
            throw OperatorError(.badData, "\(file): the request has no text “quantity”")
        }
        guard let method = request["methods"]?[0]?.string ?? request["method"]?.string else {
            throw OperatorError(.badData, "\(file): the request has neither “methods” [name] nor “method”")
        }
        guard let parameters = request["parameters"], parameters.object != nil else {
            throw OperatorError(.badData, "\(file): the request has no “parameters” {…}")
        }
        self.id = json["uuid"]?.string
        self.quantity = quantity
        self.method = method
        self.parameters = parameters[method] ?? parameters
    }

    /// What the lab would do, planned as the agent plans it; nothing is opened or moved.
    ///
    /// - Parameter memory: what the agent remembers; nil plans for the lab as it is first described.
    /// - Throws: why the lab would leave the request alone.
    public func plan(in lab: LabDescription, remembering memory: LabMemory? = nil) throws(RequestRefusal) -> PreparedRun
    {
        let present: LabModel
        do throws(OperatorError) {
            present = try memory?.lab(lab.model) ?? lab.model
        } catch {
            throw RequestRefusal(.notNow, error.description)
        }
        let offered = present.methods
        guard let method = offered.first(where: { $0.quantity == self.quantity && $0.name == self.method }) else {
            let names = offered.map { "\($0.quantity)/\($0.name)" }.joined(separator: ", ")
            throw RequestRefusal(
                .unservable, "this lab does not offer \(self.quantity)/\(self.method); it offers \(names)")
        }
        if let schema = memory?.capability(quantity: self.quantity, method: self.method) {
            try self.check(against: schema)
        }
        let sample = SampleIdentity(
            request: self.id ?? "planned", id: "00000000-0000-4000-8000-000000000000",
            date: String(Moment.now().text.prefix(10)))
        return try method.prepare(self.parameters, sample: sample, in: self.situation(of: present, memory))
    }

    private func check(against capability: StoredCapability) throws(RequestRefusal) {
        guard let check = try? CapabilityCheck(capability) else { return }
        let violations = check.violations(inParameters: self.parameters)
        guard violations.isEmpty else {
            throw RequestRefusal(.unservable, violations.map(\.description).joined(separator: "; "))
        }
    }

    private func situation(of lab: LabModel, _ memory: LabMemory?) throws(RequestRefusal) -> LabSituation {
        let temperature = lab.cell.temperature
        let fluid: FluidState
        do throws(OperatorError) {
            if let kept = memory?.fluid { fluid = try kept.fitting(lab) } else { fluid = try .asDescribed(lab) }
        } catch {
            throw RequestRefusal(.notNow, error.description)
        }
        return LabSituation(
            fluid: fluid, cellTemperature: temperature.reading,
            temperatureAge: temperature.age(atSecondsSince1970: Moment.now().utc / 1_000_000))
    }

    private static func place(of offset: Int, in text: String) -> (line: Int, column: Int) {
        let before = text.utf8.prefix(offset)
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let column = String(decoding: before.suffix(while: { $0 != UInt8(ascii: "\n") }), as: UTF8.self).unicodeScalars
            .count
        return (line, column + 1)
    }
}

extension BidirectionalCollection {
    /// The longest end whose elements all satisfy the condition.
    fileprivate func suffix(while condition: (Element) -> Bool) -> SubSequence {
        var start = self.endIndex
        while start > self.startIndex {
            let before = self.index(before: start)
            guard condition(self[before]) else { break }
            start = before
        }
        return self[start...]
    }
}
