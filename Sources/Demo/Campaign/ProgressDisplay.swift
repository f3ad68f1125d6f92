import Glibc

/// Shows on standard output how far the requests are: one line each, redrawn on a terminal, a line per change elsewhere.
struct ProgressDisplay {
    enum Style: Sendable { case live, plain, quiet }

    private let style: Style
    private let speed: Double
    private let begin = ContinuousClock.now
    private var drawnLines = 0
    private var told: [String: String] = [:]
    private var noticesTold = 0

    init(_ style: Style, speed: Double) {
        self.style = style
        self.speed = speed
    }

    mutating func say(_ text: String) {
        guard self.style != .quiet else { return }
        self.erase()
        StandardStream.output.writeLine(text)
    }

    /// - Parameter isOnTime: drawn because time has passed, not because something happened.
    mutating func show(_ state: CampaignState, isOnTime: Bool = false) {
        switch self.style {
        case .quiet: break
        case .plain: if !isOnTime { self.tell(state) }
        case .live: self.draw(state)
        }
    }

    /// Leaves the last state on the screen.
    mutating func end(_ state: CampaignState) {
        if self.style == .live { self.draw(state, isLast: true) }
        self.drawnLines = 0
    }

    // MARK: Terminal

    private mutating func draw(_ state: CampaignState, isLast: Bool = false) {
        let now = ContinuousClock.now
        let width = StandardStream.output.width
        let titleWidth = state.items.map(\.title.count).max() ?? 0
        var lines = state.items.map { item in
            let title = item.title.padding(to: titleWidth)
            guard let taken = item.taken else { return "  \(item.mark) \(title)  \(item.words)" }
            let wall = (item.finished ?? now) - taken
            return "  \(item.mark) \(title)  \(Self.bar(item.progress)) \(Self.percent(item.progress))"
                + "  lab \(Self.minutes(wall * self.speed))  wall \(Self.seconds(wall))  \(item.words)"
        }
        let elapsed = now - self.begin
        lines.append(
            "  lab \(Self.minutes(elapsed * self.speed))  wall \(Self.seconds(elapsed))"
                + (isLast ? "" : state.cleaning.map { "  cleaning: \($0)" } ?? ""))
        lines += state.notices.suffix(3).map { "  ! \($0)" }
        self.erase()
        StandardStream.output.write(lines.map { $0.prefix(width - 1) + "\u{1B}[K\n" }.joined())
        self.drawnLines = lines.count
    }

    private mutating func erase() {
        guard self.drawnLines > 0 else { return }
        StandardStream.output.write("\u{1B}[\(self.drawnLines)A\u{1B}[J")
        self.drawnLines = 0
    }

    private static func bar(_ share: Double) -> String {
        let full = Int((share * 16).rounded())
        return String(repeating: "█", count: full) + String(repeating: "░", count: 16 - full)
    }

    // MARK: Lines

    private mutating func tell(_ state: CampaignState) {
        for notice in state.notices.dropFirst(self.noticesTold) { self.line("! \(notice)") }
        self.noticesTold = state.notices.count
        for item in state.items where !item.words.isEmpty && item.phase != .waiting && self.told[item.id] != item.words
        {
            self.told[item.id] = item.words
            self.line("\(item.title): \(item.words)")
        }
    }

    private func line(_ text: String) {
        let elapsed = ContinuousClock.now - self.begin
        StandardStream.output.writeLine(
            "\(Self.seconds(elapsed)) (lab \(Self.minutes(elapsed * self.speed)))  \(text)")
    }

    private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %".leftPadding(to: 5) }
    private static func seconds(_ duration: Duration) -> String {
        "\((duration / .seconds(1)).fixed(1)) s".leftPadding(to: 6)
    }
    private static func minutes(_ duration: Duration) -> String {
        let seconds = Int(duration / .seconds(1))
        let rest = "\(seconds % 60)"
        return "\(seconds / 60):\(rest.count < 2 ? "0" : "")\(rest)".leftPadding(to: 6)
    }
}

extension CampaignState.Item {
    fileprivate var mark: String {
        switch self.phase {
        case .waiting: "·"
        case .running: "▶"
        case .finished, .delivered: "✔"
        case .leftAlone: "–"
        case .failed: "✘"
        }
    }

    fileprivate var words: String {
        switch self.phase {
        case .waiting: "waits"
        case .running: self.step
        case .finished: "result on its way"
        case .delivered: "delivered"
        case .leftAlone(let reason): "left alone: \(reason)"
        case .failed(let reason): "failed: \(reason)"
        }
    }
}
