import Console
import DeviceKit
import Methods
import Protocols
import Store

/// What the console shows and does, by the answers of the operators' desk.
struct AgentConsole: ConsoleDesk {
    let desk: OperatorDesk
    let model: LabModel
    let events: EventRecord
    let devices: DeviceSnapshot
    /// Whether results travel in clear text beyond this machine.
    let isUplinkInsecure: Bool

    init(_ desk: OperatorDesk, _ model: LabModel, _ events: EventRecord, isUplinkInsecure: Bool) {
        self.desk = desk
        self.model = model
        self.events = events
        self.isUplinkInsecure = isUplinkInsecure
        self.devices = DeviceSnapshot(
            ask: {
                guard let laboratory = desk.laboratory else { return [] }
                return await laboratory.reports(standings: await desk.watch?.standings ?? [:])
            }, onChange: events.ring)
    }

    var journal: Journal { self.desk.journal }

    func ask(_ question: ConsoleQuestion) async throws(ConsoleRefusal) -> JSONValue {
        try await ConsoleRefusal.wrap { () async throws in try await self.answer(question) }
    }

    private func answer(_ question: ConsoleQuestion) async throws -> JSONValue {
        switch question {
        case .prompts(let answered): try await self.desk.answer(.prompts(all: answered, limit: 100))
        case .prompt(let id): try await self.desk.answer(.prompt(id: id))
        case .runs(let limit): try await self.desk.answer(.runs(limit: limit))
        case .run(let id): try await self.desk.answer(.run(id: id))
        case .devices: try JSONValue(encoding: await self.devices.latest())
        case .lastReadings: try await self.desk.answer(.readings(device: nil))
        case .liquids: try JSONValue(encoding: await self.liquids())
        case .results(let limit):
            try JSONValue(encoding: await self.journal.newestResults(limit: limit).map(OutboxEntry.init))
        case .result(let id): try JSONValue(encoding: await self.result(id))
        case .pending: try JSONValue(encoding: await self.pending())
        case .calibrations: try JSONValue(encoding: await self.calibrations())
        case .incidents(let limit): try await self.desk.answer(.incidents(limit: limit))
        case .audit(let limit): try await self.desk.answer(.audit(limit: limit))
        }
    }

    func perform(_ act: ConsoleAct, by person: String) async throws(ConsoleRefusal) -> JSONValue {
        defer { self.events.ring() }
        return try await ConsoleRefusal.wrap { () async throws in
            try await self.desk.answer(OperatorRequest(act, by: person))
        }
    }

    func readings(from start: Int64, to end: Int64, limit: Int) async throws(ConsoleRefusal) -> [ReadingRange] {
        guard let readings = self.desk.polling?.kept.value else { return [] }
        return try await ConsoleRefusal.wrap { () async throws in
            var ranges: [ReadingRange] = []
            for series in try await readings.series() {
                if let range = try await readings.range(series.name, from: start, to: end, limit: limit) {
                    ranges.append(range)
                }
            }
            return ranges
        }
    }

    func picture(ofPrompt id: String) async throws(ConsoleRefusal) -> (bytes: [UInt8], mediaType: String)? {
        try await ConsoleRefusal.wrap { () async throws in
            let prompt = try await self.desk.answer(.prompt(id: id)).decode(PromptReport.self)
            guard let picture = prompt.picture,
                let bytes = QuestionBook.bytes(of: picture, in: self.journal.path)
            else { return nil }
            return (bytes, picture.mediaType)
        }
    }

    func changes() -> AsyncStream<Void> { self.events.changes() }

    /// A run under way holds the lab, too; that is no news on a page. What to type at a terminal is left out.
    private func pending() async throws -> PendingReport {
        var report = try await self.desk.answer(.pending).decode(PendingReport.self)
        report.obstacle = report.obstacle.map {
            String($0.prefix(upTo: $0.firstRange(of: "; ")?.lowerBound ?? $0.endIndex))
        }
        if await self.desk.engine?.underWay.isEmpty == false { report.obstacle = nil }
        return report
    }

    private func liquids() async throws -> TubingReport {
        try await TubingReport(
            self.desk.present(self.model), self.desk.fluid(of: self.model), ports: await self.devices.latest())
    }

    /// Not optimised: the compiler (Swift 6.3.1) crashes when it splits this coroutine.
    @_optimize(none)
    private func result(_ id: String) async throws -> ResultReport {
        guard let id = UUIDv7(parsing: id), let item = try await self.journal.outboxItem(id) else {
            throw OperatorError(.badData, "there is no such result")
        }
        let steps = if let run = item.run { try await self.journal.steps(of: run) } else { [StepRecord]() }
        return ResultReport(item, steps: steps)
    }
}

extension OperatorRequest {
    fileprivate init(_ act: ConsoleAct, by person: String) throws(OperatorError) {
        self =
            switch act {
            case .answer(let prompt, let answer, let entries, let role):
                .answer(prompt: prompt, answer: answer, person: person, entries: entries, role: role)
            case .stop(let run): .stop(run: run, person: person)
            case .abandon(let run): .abandon(run: run, person: person)
            case .refill(let node, let volume):
                .correct(.refilled(node: node, holds: try Volume(onPage: volume)), person: person)
            case .free(let vial): .correct(.freed(vial: vial), person: person)
            case .empty(let node): .correct(.emptied(node: node), person: person)
            case .dried(let cell): .correct(.dried(cell: cell), person: person)
            case .calibrate(let wish): .calibrate(try CalibrationOrder(wish), person: person)
            case .retry(let result): .retry(result: result, person: person)
            case .acknowledge(let incident): .acknowledge(incident: incident, person: person)
            case .halt: .halt(person: person)
            case .release: .release(person: person)
            }
    }
}

extension CalibrationOrder {
    fileprivate init(_ wish: CalibrationWish) throws(OperatorError) {
        switch wish {
        case .cellConstant(let standard, let lot, let fillings):
            guard let count = Int(fillings) else {
                throw OperatorError(.badData, "“\(fillings)” is no number of fillings; write one from 1 to 10")
            }
            guard !lot.isEmpty else { throw OperatorError(.badData, "the lot of the standard is missing") }
            self = .cellConstant(CellConstantDetermination(standard: standard, lot: lot, fillings: count))
        case .densimeter(let word, let method):
            guard let standard = DensityStandard(rawValue: word) else {
                throw OperatorError(.badData, "“\(word)” is neither water nor air")
            }
            self = .densimeter(DensimeterVerification(standard: standard, method: method.isEmpty ? nil : method))
        case .lineVolume(let vial, let density, let uncertainty):
            let measured = Measured(try Density(onPage: density), uncertainty: try Density(onPage: uncertainty))
            self = .lineVolume(LineVolumeDetermination(vial: vial, density: measured))
        }
    }
}

extension Quantity {
    /// As it was typed into a form.
    fileprivate init(onPage text: String) throws(OperatorError) {
        do throws(QuantityParseError) {
            try self.init(parsing: text)
        } catch {
            throw OperatorError(.badData, "\(error)")
        }
    }
}

extension ConsoleRefusal {
    fileprivate static func wrap<Value: Sendable>(
        _ body: () async throws -> Value
    ) async throws(ConsoleRefusal) -> Value {
        do {
            return try await body()
        } catch {
            let error = OperatorError(describing: error)
            let isRefused = [.usage, .badData].contains(error.status)
            throw ConsoleRefusal(isRefused ? .refused : .unavailable, error.description, entry: error.entry)
        }
    }
}
