public import DeviceKit

/// The states of one device that can be plugged in: which of the devices that are there it is, and whether it may be
/// used. It does nothing itself; each transition returns what is to be done, in that order.
public struct Presence: Sendable {
    public enum Act: Sendable, Hashable {
        /// Close the line at once and let nobody use it, for this reason.
        case close(reason: String)
        /// Ask what hangs on the line who it is, once `after` has passed. The answer comes back with the ticket.
        case identify(FoundDevice, after: Duration, ticket: Int)
        /// Keep as who it is known, then let everybody use the line.
        case admit(FoundDevice, Acquaintance)
        /// Ask an operator whether this is the right device; nothing is sent to it meanwhile.
        case ask(Question)
        /// Nobody needs an answer to the last question any more.
        case withdraw
    }

    public struct Question: Sendable, Hashable {
        public var device: FoundDevice
        public var met: Acquaintance
        /// Whether the device said of itself who it is; otherwise nothing has been sent to it.
        public var hasAnswered: Bool
        /// What is to be confirmed, in one sentence.
        public var text: String
    }

    private enum Stage: Sendable {
        case absent
        case ambiguous([FoundDevice])
        case identifying(FoundDevice, failures: Int, trouble: DeviceError?)
        case twin(FoundDevice, of: String, identity: DeviceIdentity)
        case asking(Question, isOther: Bool)
        case rejected(FoundDevice, text: String)
        case ready(FoundDevice, DeviceIdentity)
    }

    /// After this many attempts without an understandable answer the device counts as faulted; it is asked on.
    static let patience = 4
    static let firstPause = Duration.milliseconds(50)
    static let longestPause = Duration.seconds(5)
    /// The rhythm in which a line is tried that another program has.
    static let busyPause = Duration.seconds(2)

    private let rule: MatchRule
    private let boot: String
    /// Whether whoever fits the rule is accepted without a question: where nothing is remembered, and nothing moves.
    private let trusts: Bool
    private let silent: DeviceIdentity?
    private var known: Acquaintance?
    private var stage = Stage.absent
    private var ticket = 0

    /// - Parameters:
    ///   - known: as what the device was met before.
    ///   - boot: differs between two starts of the computer.
    ///   - trusts: accepts whoever fits the rule and answers.
    ///   - silent: what a device is taken for that cannot say who it is. An operator confirms each stay of it in a socket
    ///     before its line is opened.
    public init(
        rule: MatchRule, known: Acquaintance?, boot: String, trusts: Bool = false, silent: DeviceIdentity? = nil
    ) {
        self.rule = rule
        self.known = known
        self.boot = boot
        self.trusts = trusts
        self.silent = silent
    }

    // MARK: What happened

    /// These devices fit the rule now.
    public mutating func look(at candidates: [FoundDevice]) -> [Act] {
        guard candidates.count <= 1 else {
            if case .ambiguous(let before) = self.stage, before == candidates { return [] }
            let acts = self.leave()
            self.stage = .ambiguous(candidates)
            return acts
        }
        guard let device = candidates.first else {
            if case .absent = self.stage { return [] }
            let acts = self.leave()
            self.stage = .absent
            return acts
        }
        if let current, current.plug == device.plug, current.node == device.node, current.place == device.place {
            return []
        }
        return self.leave() + self.meet(device)
    }

    /// It answered.
    ///
    /// - Parameter twin: another device of the lab that said the same of itself, if there is one.
    public mutating func identified(_ identity: DeviceIdentity, ticket: Int, twin: String? = nil) -> [Act] {
        guard ticket == self.ticket, let device = self.current else { return [] }
        if let twin {
            let next = self.identify(device, after: Self.longestPause)
            self.stage = .twin(device, of: twin, identity: identity)
            return [.close(reason: self.reason ?? ""), next]
        }
        let met = Acquaintance(identity, at: device, boot: self.boot)
        return self.doubt(met, at: device, hasAnswered: true) ?? self.admit(device, met)
    }

    /// It did not answer, or the line could not be opened.
    public mutating func failed(_ error: DeviceError, ticket: Int) -> [Act] {
        guard ticket == self.ticket, error.code != .cancelled, let device = self.current else { return [] }
        let failures = if case .identifying(_, let failures, _) = self.stage { failures } else { 0 }
        let pause = Self.pause(after: failures + 1, error.code)
        return [self.identify(device, after: pause, failures: failures + 1, trouble: error)]
    }

    /// The line ended by itself; the device may be there all the same.
    public mutating func lost() -> [Act] {
        switch self.stage {
        case .ready(let device, _): return self.leave() + [self.identify(device, after: Self.firstPause)]
        case .absent, .ambiguous, .identifying, .twin, .asking, .rejected: return []
        }
    }

    /// An operator has answered the last question.
    public mutating func answered(_ isRight: Bool) -> [Act] {
        guard case .asking(let question, _) = self.stage else { return [] }
        guard isRight else {
            self.stage = .rejected(question.device, text: question.text)
            return []
        }
        self.known = question.met
        return [self.identify(question.device)]
    }

    // MARK: How it stands

    public var state: DeviceState {
        switch self.stage {
        case .absent: .absent
        case .ambiguous, .twin: .faulted
        case .identifying(_, _, let trouble?) where trouble.code == .busy: .busy
        case .identifying(_, let failures, let trouble?)
        where failures >= Self.patience || trouble.code == .misconfigured: .faulted
        case .identifying: .identifying
        case .asking(_, let isOther): isOther ? .unsafe : .locked
        case .rejected: .unsafe
        case .ready: .ready
        }
    }

    /// Why it cannot be used, and what to do; nil if it can.
    public var reason: String? {
        switch self.stage {
        case .absent: return "\(self.rule) is not plugged in; check its cable and power"
        case .ambiguous(let devices):
            let nodes = devices.map { "\($0.node) in \($0.place)" }.joined(separator: " and ")
            return "\(self.rule) fits \(devices.count) devices, \(nodes): add `interface`, `path` or `port` to its link"
        case .identifying(let device, _, let trouble):
            return trouble.map { "\($0.command): \($0.detail). \($0.advice)" } ?? "\(device.node) is being identified"
        case .twin(let device, let other, let identity):
            return "\(device.node) is \(identity.title), as \(other) is: two links lead to one instrument, or two "
                + "instruments have one serial number; correct the links, or give one instrument another number"
        case .asking(let question, _): return "\(question.device.node): \(question.text); an operator has to confirm it"
        case .rejected(let device, let text):
            return "\(device.node): \(text), and an operator said no; plug the right device in"
        case .ready: return nil
        }
    }

    /// The device that is looked at now, if one is.
    public var current: FoundDevice? {
        switch self.stage {
        case .absent, .ambiguous: nil
        case .identifying(let device, _, _), .twin(let device, _, _), .rejected(let device, _), .ready(let device, _):
            device
        case .asking(let question, _): question.device
        }
    }

    /// Whether an answer to this ticket is still of interest.
    public func expects(_ ticket: Int) -> Bool { self.ticket == ticket }

    public func isReady(at device: FoundDevice) -> Bool {
        if case .ready(let current, _) = self.stage {
            current.plug == device.plug && current.node == device.node
        } else {
            false
        }
    }

    /// Who it is, if it is ready.
    public var identity: DeviceIdentity? { if case .ready(_, let identity) = self.stage { identity } else { nil } }

    // MARK: Steps

    /// What cannot say who it is might be anything: an operator looks before its line is opened.
    private mutating func meet(_ device: FoundDevice) -> [Act] {
        let doubt = self.silent.flatMap { silent in
            self.doubt(Acquaintance(silent, at: device, boot: self.boot), at: device, hasAnswered: false)
        }
        return doubt ?? [self.identify(device)]
    }

    /// The question to an operator; nil where there is none.
    private mutating func doubt(_ met: Acquaintance, at device: FoundDevice, hasAnswered: Bool) -> [Act]? {
        guard !self.trusts else { return nil }
        let (text, isOther): (String, Bool)
        switch Recognition(of: met, known: self.known) {
        case .same, .new: return nil
        case .unproven(let reason): (text, isOther) = (reason, false)
        case .other(let reason): (text, isOther) = (reason, true)
        }
        return self.ask(Question(device: device, met: met, hasAnswered: hasAnswered, text: text), isOther: isOther)
    }

    private mutating func identify(
        _ device: FoundDevice, after pause: Duration = .zero, failures: Int = 0, trouble: DeviceError? = nil
    ) -> Act {
        self.ticket += 1
        self.stage = .identifying(device, failures: failures, trouble: trouble)
        return .identify(device, after: pause, ticket: self.ticket)
    }

    private mutating func admit(_ device: FoundDevice, _ met: Acquaintance) -> [Act] {
        self.ticket += 1
        self.known = met
        self.stage = .ready(device, met.identity)
        return [.admit(device, met)]
    }

    private mutating func ask(_ question: Question, isOther: Bool) -> [Act] {
        self.ticket += 1
        self.stage = .asking(question, isOther: isOther)
        return [.close(reason: self.reason ?? ""), .ask(question)]
    }

    /// Whatever was under way with the last device is of no matter any more.
    private func leave() -> [Act] {
        switch self.stage {
        case .absent, .ambiguous: return []
        case .asking(let question, _): return [.close(reason: Self.left(question.device)), .withdraw]
        case .identifying(let device, _, _), .twin(let device, _, _), .rejected(let device, _), .ready(let device, _):
            return [.close(reason: Self.left(device))]
        }
    }

    private static func left(_ device: FoundDevice) -> String { "\(device.node) in \(device.place) was unplugged" }

    private static func pause(after failures: Int, _ code: DeviceError.Code) -> Duration {
        let grown = Self.firstPause * (1 << min(failures - 1, 10))
        return min(grown, code == .busy ? Self.busyPause : Self.longestPause)
    }
}
