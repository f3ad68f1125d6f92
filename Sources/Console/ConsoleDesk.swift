public import DeviceKit
public import Protocols
public import Store

/// Where the console gets what it shows, and has done what people ask for.
///
/// The answers are those of the command line's `--json`: the console keeps no picture of the lab of its own.
public protocol ConsoleDesk: Sendable {
    func ask(_ question: ConsoleQuestion) async throws(ConsoleRefusal) -> JSONValue
    /// - Parameter person: stands in the audit trail.
    func perform(_ act: ConsoleAct, by person: String) async throws(ConsoleRefusal) -> JSONValue
    /// What each series of readings did between two times, in microseconds since 1970 UTC.
    ///
    /// - Parameter limit: how many spans each may have.
    func readings(from start: Int64, to end: Int64, limit: Int) async throws(ConsoleRefusal) -> [ReadingRange]
    /// The picture that belongs to a question; nil if it has none, or one that is not what was asked with.
    func picture(ofPrompt id: String) async throws(ConsoleRefusal) -> (bytes: [UInt8], mediaType: String)?
    /// What a monitoring system collects.
    func metrics() async throws(ConsoleRefusal) -> [Metric]
    /// A sign whenever something has changed that a page may show.
    func changes() -> AsyncStream<Void>
}

/// What a page needs to know.
public enum ConsoleQuestion: Sendable, Hashable {
    /// Questions that wait for an answer; all of them if `answered`, newest first.
    case prompts(answered: Bool)
    case prompt(id: String)
    case runs(limit: Int)
    case run(id: String)
    case devices
    case lastReadings
    /// What stands where in tubes, syringes and vessels, and which way the valves point.
    case liquids
    /// Results newest first.
    case results(limit: Int)
    /// A result with its impedance spectra and their fits.
    case result(id: String)
    /// What the lab has determined about itself, what is due, and what can be begun.
    case calibrations
    /// What is left alone, and what holds the lab.
    case pending
    case incidents(limit: Int)
    /// Human acts, newest first.
    case audit(limit: Int)
}

/// What a person can do on a page.
public enum ConsoleAct: Sendable, Hashable {
    /// - Parameters:
    ///   - entries: what was typed in with it, by name.
    ///   - role: of who answers; a question may be for engineers alone.
    case answer(prompt: String, answer: String, entries: [String: String], role: Role)
    case stop(run: String)
    case abandon(run: String)
    /// A bottle holds this much of its own stock now, `50 mL`.
    case refill(node: String, volume: String)
    case free(vial: String)
    case empty(node: String)
    /// A cell that held something aqueous was dried by hand.
    case dried(cell: String)
    /// Begins a calibration; the answer names its run.
    case calibrate(CalibrationWish)
    case retry(result: String)
    case acknowledge(incident: String)
    case halt
    case release
}

/// A calibration as a form asks for it; what was typed is checked by the desk.
public enum CalibrationWish: Sendable, Hashable {
    case cellConstant(standard: String, lot: String, fillings: String)
    /// - Parameter method: of the instrument; empty takes the first.
    case densimeter(standard: String, method: String)
    /// - Parameters:
    ///   - density: of the solvent at the lab's temperature, `1.01 g/mL`.
    ///   - uncertainty: standard, in the same unit.
    case lineVolume(vial: String, density: String, uncertainty: String)
}

/// Why something is not shown or not done, in words for people.
public struct ConsoleRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: Sendable, Hashable {
        /// What was asked for does not exist, does not fit, or was decided already.
        case refused
        /// It cannot be had now.
        case unavailable
    }

    public let code: Code
    public let description: String
    /// The entry of an answer that is wrong or missing; nil where something else is.
    public let entry: String?

    public init(_ code: Code, _ description: String, entry: String? = nil) {
        self.code = code
        self.description = description
        self.entry = entry
    }
}
