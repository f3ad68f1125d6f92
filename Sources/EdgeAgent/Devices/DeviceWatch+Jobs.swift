import DeviceKit
import Discovery
import Links
import Methods
import Protocols
import Store

/// What the states of a device ask for.
extension DeviceWatch {
    /// Lines are closed before this returns; everything else follows.
    func apply(_ acts: [Presence.Act], to index: Int) {
        for act in acts {
            if case .withdraw = act {
                if let prompt = self.entries[index].prompt.take() { self.queue.yield(.withdraw(prompt)) }
                continue
            }
            self.entries[index].isAdmitted = false
            switch act {
            case .close(let reason):
                let hasDevice = self.entries[index].presence.current != nil
                self.entries[index].device.line.unplug(because: reason, hasDevice: hasDevice)
            case .identify(let device, let pause, let ticket):
                self.entries[index].device.line.plug(at: device.node)
                self.queue.yield(.identify(index, device, after: pause, ticket: ticket))
            case .admit(let device, let met): self.queue.yield(.admit(index, device, met))
            case .ask(let question): self.queue.yield(.ask(index, question))
            case .withdraw: break
            }
        }
    }

    func carryOut(_ job: Job) async {
        do {
            switch job {
            case .identify(let index, _, let pause, let ticket):
                try await ContinuousClock().sleep(for: pause)
                await self.identify(index, ticket)
            case .admit(let index, let device, let met): try await self.admit(index, device, met)
            case .ask(let index, let question): try await self.ask(index, question)
            case .withdraw(let prompt): try await self.journal?.expire(prompt)
            case .lost(let index): self.apply(self.entries[index].presence.lost(), to: index)
            }
        } catch is CancellationError {
            return
        } catch {
            self.observe(.notice("\(error)"))
        }
        await self.tell()
    }

    private func identify(_ index: Int, _ ticket: Int) async {
        let device = self.entries[index].device
        guard let speaker = device.devices.first, self.entries[index].presence.expects(ticket) else { return }
        do throws(DeviceError) {
            let identity = try await device.line.identifying { () throws(DeviceError) in try await speaker.identify() }
            let twin = self.entries.indices.first { other in
                other != index && identity.serialNumber != nil
                    && self.entries[other].presence.identity?.title == identity.title
            }
            self.apply(
                self.entries[index].presence.identified(
                    identity, ticket: ticket, twin: twin.map { self.entries[$0].device.name }), to: index)
        } catch {
            self.apply(self.entries[index].presence.failed(error, ticket: ticket), to: index)
        }
    }

    /// Durable before usable, and at rest before anybody else may speak: it may have been in the middle of something.
    private func admit(_ index: Int, _ found: FoundDevice, _ met: Acquaintance) async throws {
        let device = self.entries[index].device
        do {
            try await self.journal?.keep(met, of: device.name)
            if self.journal != nil {
                for one in device.devices {
                    try await device.line.identifying { () throws(DeviceError) in try await one.stop() }
                }
            }
        } catch {
            self.apply(self.entries[index].presence.lost(), to: index)
            throw error
        }
        guard self.entries[index].presence.isReady(at: found) else { return }
        if device.line.admit(at: found.node) {
            self.entries[index].isAdmitted = true
        } else {
            self.apply(self.entries[index].presence.lost(), to: index)
        }
    }

    // MARK: Questions

    /// A question that was asked before, perhaps by an earlier start of the agent, is not asked twice.
    private func ask(_ index: Int, _ question: Presence.Question) async throws {
        guard let journal else { return }
        let device = self.entries[index].device
        let words = try question.words(for: device.devices.map(\.name).joined(separator: ", "))
        let earlier = try await journal.prompts().first { $0.question == words && $0.state != .expired }
        if let earlier {
            self.entries[index].prompt = earlier.id
        } else {
            self.entries[index].prompt = try await journal.ask(words)
        }
        try await self.takeAnswer(index)
    }

    func takeAnswers() async {
        for index in self.entries.indices where self.entries[index].prompt != nil {
            do {
                try await self.takeAnswer(index)
            } catch {
                self.observe(.notice("\(error)"))
            }
        }
        await self.tell()
    }

    private func takeAnswer(_ index: Int) async throws {
        guard let journal, let id = self.entries[index].prompt, let prompt = try await journal.prompt(id),
            prompt.state == .answered, self.entries[index].prompt == id
        else { return }
        self.entries[index].prompt = nil
        self.apply(self.entries[index].presence.answered(prompt.answer == .string(Presence.Question.yes)), to: index)
    }
}

extension Presence.Question {
    /// As prompts carry it. Two are equal exactly if they are about the same stay in the same socket.
    fileprivate func words(for names: String) throws -> JSONValue {
        let place = "\(self.device.node), in socket \(self.device.place)"
        let claim =
            self.hasAnswered
            ? "\(self.met.identity.title) answers at \(place), where \(names) is expected"
            : "Something is plugged in at \(place), where \(names) (\(self.met.identity.title)) is expected, which "
                + "cannot say who it is"
        let question = Question(
            text: "\(claim): \(self.text). Is it the right one? Look at its cable first.",
            choices: [
                .init(answer: Self.yes, meaning: "it is \(names); use it"),
                .init(answer: Self.no, meaning: "it is something else; leave it alone until another one is plugged in"),
            ])
        var words = try JSONValue(encoding: question).object ?? JSONObject()
        words["device"] = .string(names)
        words["met"] = try JSONValue(encoding: self.met)
        return .object(words)
    }

    fileprivate static let yes = "yes"
    fileprivate static let no = "no"
}
