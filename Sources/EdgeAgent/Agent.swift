import DeviceKit
import DeviceProfiles
import Discovery
import Methods
import Store
import Uplink

/// The agent: takes requests from the broker, has the lab serve them, and delivers the results.
///
/// ```swift
/// let agent = Agent(AgentOptions(lab: try LabDescription(contentsOf: "labs/asab/lab.yaml")))
/// try await agent.run()
/// ```
public final class Agent: Sendable {
    let options: AgentOptions
    let observe: @Sendable (AgentEvent) -> Void
    let events = EventRecord()
    private let deviceNews = DeviceNews()

    /// - Parameter observe: told of every change; must return quickly.
    public init(_ options: AgentOptions, observe: @escaping @Sendable (AgentEvent) -> Void = { _ in }) {
        self.options = options
        self.observe = { [events, deviceNews] event in
            events.note(event)
            deviceNews.note(event)
            observe(event)
        }
    }

    /// Works until the task is cancelled, then leaves the hardware at rest and the journal closed.
    ///
    /// - Throws: `AgentError` when it cannot start or go on.
    public func run() async throws {
        let laboratory = try self.makeLaboratory()
        let client = try self.makeClient()
        let journal: Journal
        do throws(AgentError) {
            journal = try await self.openJournal()
        } catch {
            await client.close()
            throw error
        }
        do {
            try await self.work(laboratory, client, journal)
        } catch is CancellationError {
            // Asked to end; what is left to do is done below.
        } catch {
            await self.end(laboratory, client, journal)
            throw error
        }
        await self.end(laboratory, client, journal)
    }

    private func work(_ laboratory: Laboratory, _ client: FinalesClient, _ journal: Journal) async throws {
        let model = self.options.lab.model
        let machine = MachineWatch(journal: journal)
        if let news = await machine.look() { self.observe(.notice(news)) }
        let archive = RawArchive(directory: self.options.stateDirectory, makeRoom: journal.reserve.release)
        let interlocks = Interlocks(laboratory: laboratory, router: model.router)
        let executor = StepExecutor(
            laboratory: laboratory, interlocks: interlocks, clock: self.options.clock,
            cellTemperature: model.cell.temperature, archive: archive.keep)
        let operators = self.options.lab.configuration.operators
        let book = QuestionBook(operators.pictures, engineers: operators.engineers)
        let engine = try await RunEngine(
            journal: journal, laboratory: laboratory, executor: executor, model: model,
            tenant: self.options.lab.configuration.broker.tenant, machine: machine, book: book,
            lowStock: operators.lowStock, observe: self.observe)
        try await engine.askAboutStock()
        try await engine.lookAfterManualRuns()
        let control = try await ControlSocket(stateDirectory: self.options.stateDirectory)
        let watch = try await self.watch(laboratory, journal, engine)
        let polling = Polling(laboratory.described.values, observe: self.observe)
        let desk = OperatorDesk(
            journal: journal, engine: engine, laboratory: laboratory, watch: watch, model: model, polling: polling)
        let makeIntake = { (isManual: Bool) in
            Intake(
                client: client, journal: journal, engine: engine, isManual: isManual, cell: model.cell,
                laboratory: laboratory, user: self.options.user, observe: self.observe)
        }
        let (intake, manualIntake) = (makeIntake(false), makeIntake(true))
        let hasDeviceMethods = model.methods.contains { !$0.isManual }
        let delivery = Delivery(journal: journal, client: client)
        let chat = try await self.openChat(journal, desk)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await control.run { request throws(OperatorError) in try await desk.answer(request) } }
            // What is measured already is delivered, whatever the devices do.
            group.addTask { try await self.deliver(delivery) }
            group.addTask { try await DeliveryReport(journal: journal, observe: self.observe).run() }
            if let console = self.options.console {
                group.addTask { try await self.serve(console, desk, model) }
                group.addTask { for await _ in journal.promptSigns() { self.events.ring() } }
                group.addTask { for await _ in journal.answerSigns() { self.events.ring() } }
            }
            group.addTask { [changes = self.deviceNews.changes] in
                await DeviceQuestions(journal: journal, book: book).run(changes)
            }
            if let notifier = self.makeNotifier(journal) { group.addTask { try await notifier.run() } }
            if let chat { group.addTask { try await chat.run() } }
            if let watch { group.addTask { await watch.run() } }
            group.addTask { try await self.watch(machine) }
            group.addTask {
                try await self.connect(laboratory, following: watch, holding: engine)
                try await engine.lookAfterUnfinishedRuns()
                for due in await engine.model.calibrationsDue(on: String(Moment.now().text.prefix(10))) {
                    self.observe(.notice(due))
                }
                try await withThrowingTaskGroup(of: Void.self) { work in
                    work.addTask { try await self.carryOn(engine, journal) }
                    if hasDeviceMethods {
                        work.addTask { try await self.takeIn(intake, client, journal, tells: true) }
                    }
                    if !polling.isEmpty {
                        work.addTask { await polling.run(keepingIn: journal.directory, beside: machine) }
                    }
                    try await work.next()
                    work.cancelAll()
                }
            }
            // What people serve waits for no device, and is taken while the lab is busy.
            group.addTask { try await self.carryOnManual(engine, journal) }
            if model.methods.contains(where: \.isManual) {
                group.addTask {
                    try await self.takeIn(manualIntake, client, journal, tells: !hasDeviceMethods)
                }
            }
            try await group.next()
            group.cancelAll()
        }
    }

    /// Lets runs go on as soon as an operator has answered, whatever the broker does.
    private func carryOn(_ engine: RunEngine, _ journal: Journal) async throws {
        let signs = journal.answerSigns()
        try await engine.carryOnAnswered()
        for await _ in signs {
            try await engine.carryOnAnswered()
            try await engine.carryOutCalibration()
        }
    }

    /// Goes on with what people do, as soon as they answer; what the journal could not take is tried again.
    private func carryOnManual(_ engine: RunEngine, _ journal: Journal) async throws {
        let signs = journal.answerSigns()
        while true {
            do {
                try await engine.carryOnManualRuns()
                for await _ in signs { try await engine.carryOnManualRuns() }
                try Task.checkCancellation()
            } catch let error as AgentError where error.code == .storage {
                try await ContinuousClock().sleep(for: .seconds(5))
            }
        }
    }

    /// Looks at the broker again and again. A broker that cannot be reached is told once, and again when it is back.
    ///
    /// - Parameter tells: whether this is the one that tells it.
    private func takeIn(
        _ intake: Intake, _ client: FinalesClient, _ journal: Journal, tells: Bool
    ) async throws {
        var isReachable: Bool? = tells ? nil : true
        // What the broker offers changes seldom, and only by hand.
        var capabilitiesAge = Int.max
        while true {
            try Task.checkCancellation()
            var hasServed = false
            do {
                if !intake.isManual { try await intake.engine.cleanOwed() }
                if capabilitiesAge > 60 {
                    _ = try await client.keepCapabilities(in: journal)
                    try await intake.letGoOfWithdrawn()
                    capabilitiesAge = 0
                }
                capabilitiesAge += 1
                try await intake.giveBackStranded()
                let pending = try await intake.look()
                if tells, isReachable != true {
                    isReachable = true
                    self.observe(.brokerReachable(true, detail: "\(client.address)"))
                }
                hasServed = try await intake.serveOne(of: pending)
            } catch let error as BrokerError {
                if error.code == .cancelled || Task.isCancelled { throw CancellationError() }
                if error.code == .misconfigured { throw AgentError(.misconfigured, "\(error)") }
                if tells, isReachable != false {
                    isReachable = false
                    self.observe(.brokerReachable(false, detail: "\(error)"))
                }
            } catch let error as StoreError {
                try await self.waitForJournal(error, before: "requests are not looked at")
            }
            if !hasServed { try await ContinuousClock().sleep(for: self.options.poll) }
        }
    }

    // MARK: Start and end

    private func makeLaboratory() throws(AgentError) -> Laboratory {
        do throws(DeviceError) {
            return try Laboratory(self.options.lab, links: self.options.links, clock: self.options.clock)
        } catch {
            throw AgentError(.misconfigured, "\(error)")
        }
    }

    private func makeClient() throws(AgentError) -> FinalesClient {
        guard let address = BrokerAddress(parsing: self.options.brokerURL) else {
            throw AgentError(.misconfigured, "broker.url: “\(self.options.brokerURL)” is not an http or https address")
        }
        let credentials = BrokerCredentials(user: self.options.user, passwordFile: self.options.passwordFile)
        return FinalesClient(address: address, credentials: credentials)
    }

    /// A verb of an operator has the journal for moments only; another agent, which answers, keeps it.
    private func openJournal() async throws(AgentError) -> Journal {
        let holder = ControlClient(stateDirectory: self.options.stateDirectory)
        let deadline = ContinuousClock.now + .seconds(2)
        while true {
            do throws(StoreError) {
                let journal = try Journal(in: StateDirectory(path: self.options.stateDirectory))
                if let damage = journal.damage { self.observe(.notice("\(damage)")) }
                return journal
            } catch {
                guard error.code == .locked else { throw AgentError(.storage, "\(error)") }
                let isKept = await holder.isAnswered(within: .seconds(1))
                guard !isKept, !Task.isCancelled, ContinuousClock.now < deadline else {
                    throw AgentError(.unavailable, "\(error)")
                }
            }
            try? await ContinuousClock().sleep(for: .milliseconds(50))
        }
    }

    private func makeNotifier(_ journal: Journal) -> Notifier? {
        let configuration = self.options.lab.configuration
        let settings = configuration.operators.notification
        guard !settings.isSilent else { return nil }
        return Notifier(journal: journal, settings: settings, lab: configuration.name, observe: self.observe)
    }

    private func openChat(_ journal: Journal, _ desk: OperatorDesk) async throws -> ChatServer? {
        guard let settings = self.options.lab.configuration.operators.chat else { return nil }
        let room = ChatRoom(journal: journal) { request throws(OperatorError) in try await desk.answer(request) }
        return try await ChatServer(settings, room: room)
    }

    private func watch(
        _ laboratory: Laboratory, _ journal: Journal, _ engine: RunEngine
    ) async throws -> DeviceWatch? {
        guard !laboratory.plugged.isEmpty else { return nil }
        do {
            return try await DeviceWatch(laboratory.plugged, journal: journal, observe: self.observe) { reason in
                await engine.lack(reason)
            }
        } catch let error as DiscoveryError {
            throw AgentError(.unavailable, "\(error)")
        }
    }

    /// Every device says who it is before it is used; the gas is closed and the pumps stand before anything is taken.
    /// As long as one does not answer, the lab is held, and it is asked again; one that can be plugged in is looked after
    /// by the watch.
    private func connect(
        _ laboratory: Laboratory, following watch: DeviceWatch?, holding engine: RunEngine
    ) async throws {
        await watch?.settle(within: .seconds(30))
        let standings = await watch?.standings ?? [:]
        let unusable = standings.filter { [.absent, .busy, .faulted, .identifying].contains($0.value.state) }
            .map { "\($0.key): \($0.value.reason ?? $0.value.state.rawValue)" }
        var missing = laboratory.devices.filter { standings[$0.name] == nil }
        var told: [String: DeviceError.Code] = [:]
        while true {
            let failures = await self.greet(missing)
            let reasons = (failures.values.map(\.description) + unusable).sorted()
            guard self.options.waitsForDevices || reasons.isEmpty else {
                throw AgentError(.unavailable, reasons.joined(separator: "\n"))
            }
            missing = missing.filter { failures[$0.name] != nil }
            for (name, error) in failures.sorted(by: { $0.key < $1.key }) where told[name] != error.code {
                told[name] = error.code
                self.observe(.deviceState(name: name, state: .absent, reason: error.description))
            }
            await engine.miss(missing.map(\.name).sorted())
            if missing.isEmpty { break }
            try await ContinuousClock().sleep(for: self.options.greeting)
        }
        for (name, profile) in self.options.lab.profiles.sorted(by: { $0.key < $1.key })
        where profile.verification == nil && self.options.links.isEmpty {
            self.observe(.notice("\(name): this driver has not been tried on hardware yet; watch its first run"))
        }
    }

    /// Asks devices who they are, and brings them to rest.
    ///
    /// - Returns: by name, why one cannot be used.
    private func greet(_ devices: [any Device]) async -> [String: DeviceError] {
        await withTaskGroup(of: (String, DeviceError?).self) { group in
            for device in devices {
                group.addTask {
                    do throws(DeviceError) {
                        let identity = try await device.identify()
                        try await device.stop()
                        self.observe(
                            .deviceReady(name: device.name, identity: "\(identity.vendor) \(identity.model)"))
                        return (device.name, nil)
                    } catch {
                        return (device.name, error)
                    }
                }
            }
            return await group.reduce(into: [:]) { failures, answer in failures[answer.0] = answer.1 }
        }
    }

    private func end(_ laboratory: Laboratory, _ client: FinalesClient, _ journal: Journal) async {
        for words in UnstoppedDevices(await laboratory.halt()).words { self.observe(.notice(words)) }
        await client.close()
        // The journal is closed properly even when the agent was told to end.
        let failure = await Task { () -> StoreError? in
            do throws(StoreError) {
                try await journal.close()
                return nil
            } catch {
                return error
            }
        }.value
        if let failure { self.observe(.notice("\(failure)")) }
    }
}
