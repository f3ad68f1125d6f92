/// The grammar of what an instrument says after a script was sent, as a state machine over lines.
///
/// Loops nest: `M` (measurement, ended by `*`), `C` (scan in a measurement, `-`), `L` (plain loop, `+`); an empty line
/// ends the whole.
public struct MethodScriptOutput: ~Copyable {
    public enum Event: Sendable, Hashable {
        case accepted
        /// The script was not loaded; nothing follows.
        case rejected(MethodScriptFault)
        case measurementStarted(MethodScriptTechnique)
        case measurementEnded
        case scanStarted(Int)
        case scanEnded
        case loopStarted
        case loopEnded
        case package(MethodScriptPackage)
        /// From `send_string`.
        case text(String)
        /// Answer to a command sent meanwhile: `Z` abort, `Y` abort of the loop, `h` halt, `H` resume, `R` reverse.
        case acknowledged(UInt8)
        /// Refusal of a command sent meanwhile, usually because nothing runs or something runs.
        case refused(command: UInt8, MethodScriptFault)
        /// The script stopped by itself: its `on_finished:` was not run, the cell may be on.
        case failed(MethodScriptFault)
        case finished
        /// The line fits nothing; with the reason.
        case garbled(String)
    }

    private enum Block { case measurement, scan, loop }

    private enum State {
        case sent
        case running
        case ended
    }

    private var state = State.sent
    private var blocks: [Block] = []
    /// No instrument nests deeper; what does is noise.
    private static let deepest = 64

    public init() {}

    /// Whether nothing more belongs to this script.
    public var hasEnded: Bool {
        if case .ended = self.state { true } else { false }
    }

    /// Takes the next line, without its ending and cleaned of flow control.
    public mutating func take(_ line: [UInt8]) -> [Event] {
        switch self.state {
        case .sent: self.takeAnswer(line)
        case .running: [self.takeOutput(line)]
        case .ended: line.isEmpty ? [] : [.garbled("a line after the end of the script")]
        }
    }

    private mutating func takeAnswer(_ line: [UInt8]) -> [Event] {
        if let fault = MethodScriptFault(parsing: line, echo: UInt8(ascii: "e")) {
            self.state = .ended
            return [.rejected(fault)]
        }
        if line.first == UInt8(ascii: "e") {
            self.state = .running
            // One sample of the vendor runs the answer and the first output line together.
            return line.count == 1 ? [.accepted] : [.accepted, self.takeOutput(Array(line.dropFirst()))]
        }
        if let event = Self.answerMeanwhile(line) { return [event] }
        return line.isEmpty ? [] : [.garbled("expected e")]
    }

    private mutating func takeOutput(_ line: [UInt8]) -> Event {
        guard let first = line.first else { return self.finish() }
        let rest = line.dropFirst()
        switch first {
        case UInt8(ascii: "P"):
            do {
                return .package(try MethodScriptPackage(parsing: line))
            } catch {
                return .garbled(error.description)
            }
        case UInt8(ascii: "T"): return .text(String(decoding: rest, as: UTF8.self))
        case UInt8(ascii: "M"): return self.startMeasurement(rest)
        case UInt8(ascii: "C"): return self.startScan(rest)
        case UInt8(ascii: "L"):
            guard rest.isEmpty else { return .garbled("a loop has no number") }
            guard self.blocks.count < Self.deepest else { return .garbled("loops nested too deep") }
            self.blocks.append(.loop)
            return .loopStarted
        case UInt8(ascii: "*"):
            return rest.isEmpty ? self.close(.measurement, .measurementEnded) : .garbled("expected * alone")
        case UInt8(ascii: "-"): return rest.isEmpty ? self.close(.scan, .scanEnded) : .garbled("expected - alone")
        case UInt8(ascii: "+"): return rest.isEmpty ? self.close(.loop, .loopEnded) : .garbled("expected + alone")
        case UInt8(ascii: "!"):
            guard let fault = MethodScriptFault(parsing: line) else { return .garbled("expected an error code") }
            self.state = .ended
            return .failed(fault)
        default:
            return Self.answerMeanwhile(line) ?? .garbled("a line that belongs to nothing")
        }
    }

    private mutating func startMeasurement(_ digits: ArraySlice<UInt8>) -> Event {
        guard digits.count == 4, let number = Hexadecimal.number(digits) else {
            return .garbled("expected a technique of four hexadecimal digits")
        }
        guard !self.blocks.contains(.measurement) else { return .garbled("a measurement inside a measurement") }
        self.blocks.append(.measurement)
        return .measurementStarted(MethodScriptTechnique(rawValue: UInt16(number)))
    }

    private mutating func startScan(_ digits: ArraySlice<UInt8>) -> Event {
        guard digits.count == 4, let number = Int(String(decoding: digits, as: UTF8.self)), number >= 0 else {
            return .garbled("expected a scan of four digits")
        }
        guard self.blocks.last == .measurement else { return .garbled("a scan outside a measurement") }
        self.blocks.append(.scan)
        return .scanStarted(number)
    }

    private mutating func close(_ block: Block, _ event: Event) -> Event {
        guard self.blocks.last == block else { return .garbled("the end of something that was not begun") }
        self.blocks.removeLast()
        return event
    }

    private mutating func finish() -> Event {
        self.state = .ended
        return self.blocks.isEmpty ? .finished : .garbled("the script ended inside a loop")
    }

    private static func answerMeanwhile(_ line: [UInt8]) -> Event? {
        guard let command = line.first else { return nil }
        if let fault = MethodScriptFault(parsing: line, echo: command) { return .refused(command: command, fault) }
        return line.count == 1 && "ZYhHR".utf8.contains(command) ? .acknowledged(command) : nil
    }
}
