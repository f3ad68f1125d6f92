import DeviceKit
import Discovery
import Links
import Store

/// Follows the devices that can be plugged in: closes the line of one that is gone, finds it again wherever it comes
/// back, and lets nobody use it before it has said who it is.
actor DeviceWatch {
    struct Entry {
        let device: PluggedDevice
        var presence: Presence
        /// Whether its line is open to everybody.
        var isAdmitted = false
        /// The question that waits for an operator's word.
        var prompt: UUIDv7?
        /// As it was last told.
        var told: DeviceStanding?

        var standing: DeviceStanding {
            let isOpening = self.presence.state == .ready && !self.isAdmitted
            return DeviceStanding(
                state: isOpening ? .identifying : self.presence.state,
                reason: isOpening ? "it is being brought to rest" : self.presence.reason,
                node: self.presence.current?.node)
        }
    }

    /// What takes time, and is done beside everything else.
    enum Job: Sendable {
        case identify(Int, FoundDevice, after: Duration, ticket: Int)
        case admit(Int, FoundDevice, Acquaintance)
        case ask(Int, Presence.Question)
        case withdraw(UUIDv7)
        case lost(Int)
    }

    /// Where is kept who each device is; nil accepts whoever fits, for as long as this watch lasts.
    let journal: Journal?
    let observe: @Sendable (AgentEvent) -> Void
    let queue: AsyncStream<Job>.Continuation
    var entries: [Entry]
    private let finder: DeviceFinder
    private let jobs: AsyncStream<Job>
    private let hold: @Sendable (String?) async -> Void
    private var plugged = PluggedDevices()
    private var hasLooked = false
    private var signs: [AsyncStream<Void>.Continuation] = []

    /// - Parameters:
    ///   - observe: told of each change.
    ///   - hold: told why the lab cannot be used as long as a device is missing, nil when all are there.
    init(
        _ devices: [PluggedDevice], journal: Journal?, observe: @escaping @Sendable (AgentEvent) -> Void = { _ in },
        hold: @escaping @Sendable (String?) async -> Void = { _ in }
    ) async throws {
        self.finder = try DeviceFinder(attributes: Set(devices.flatMap(\.rule.attributes.keys)))
        self.journal = journal
        self.observe = observe
        self.hold = hold
        let (jobs, queue) = AsyncStream.makeStream(of: Job.self)
        (self.jobs, self.queue) = (jobs, queue)
        var entries: [Entry] = []
        let boot = try TextFile.read("/proc/sys/kernel/random/boot_id")
        for (index, device) in devices.enumerated() {
            let known = try await journal?.acquaintance(with: device.name)
            let presence = Presence(
                rule: device.rule, known: known, boot: boot, trusts: journal == nil, silent: device.silent)
            entries.append(Entry(device: device, presence: presence))
            device.line.whenLost { queue.yield(.lost(index)) }
        }
        self.entries = entries
    }

    /// Works until the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.look() }
            if let answers = self.journal?.answerSigns() {
                group.addTask {
                    for await _ in answers { await self.takeAnswers() }
                }
            }
            for await job in self.jobs {
                group.addTask { await self.carryOut(job) }
            }
        }
    }

    /// How each device stands, by the names that share a line.
    var standings: [String: DeviceStanding] {
        var standings: [String: DeviceStanding] = [:]
        for entry in self.entries {
            for device in entry.device.devices { standings[device.name] = entry.standing }
        }
        return standings
    }

    /// All serial devices that are plugged in.
    var everythingPlugged: [FoundDevice] { self.plugged.all }

    /// Waits until it is known of each device whether it can be used.
    func settle(within limit: Duration) async {
        let (signs, sign) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        self.signs.append(sign)
        let timer = Task {
            try await ContinuousClock().sleep(for: limit)
            sign.finish()
        }
        defer { timer.cancel() }
        if !self.isSettled {
            for await _ in signs where self.isSettled { break }
        }
        sign.finish()
    }

    private var isSettled: Bool {
        self.hasLooked && self.entries.allSatisfy { ![.identifying, .present].contains($0.standing.state) }
    }

    private func look() async {
        while !Task.isCancelled {
            let changes = await self.finder.changes(until: .now + DeviceFinder.reconciliationPeriod)
            for change in changes {
                switch change {
                case .appeared(let device), .changed(let device): _ = self.plugged.note(device)
                case .vanished(let device): _ = self.plugged.noteRemoval(ofSystemPath: device.systemPath)
                }
                for index in self.entries.indices {
                    let matching = self.plugged.matching(self.entries[index].device.rule)
                    self.apply(self.entries[index].presence.look(at: matching), to: index)
                }
            }
            self.hasLooked = true
            await self.tell()
        }
    }

    /// Tells what has changed, once.
    func tell() async {
        var hasChanged = false
        for index in self.entries.indices {
            let standing = self.entries[index].standing
            guard self.entries[index].told != standing else { continue }
            hasChanged = true
            self.entries[index].told = standing
            for device in self.entries[index].device.devices {
                if standing.state == .ready, let identity = self.entries[index].presence.identity {
                    self.observe(.deviceReady(name: device.name, identity: identity.title))
                } else {
                    self.observe(
                        .deviceState(name: device.name, state: standing.state, reason: standing.reason ?? ""))
                }
            }
        }
        for sign in self.signs { sign.yield() }
        if hasChanged { await self.hold(self.obstacle) }
    }

    /// Why the lab cannot be used now.
    private var obstacle: String? {
        let missing = self.entries.filter { $0.standing.state != .ready }.map {
            "\($0.device.name) is \($0.standing.state.rawValue): \($0.standing.reason ?? "")"
        }
        return missing.isEmpty ? nil : missing.joined(separator: "; ")
    }
}
