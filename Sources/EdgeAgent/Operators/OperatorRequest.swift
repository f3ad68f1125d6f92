public import DeviceKit
public import Methods

/// What an operator can ask of an agent, whether it runs or not. On the control socket it is one JSON line.
public enum OperatorRequest: Sendable, Hashable, Codable {
    /// Whether it answers at all.
    case ping
    /// Runs, newest first.
    case runs(limit: Int)
    case run(id: String)
    /// Gives up a run that does not go on by itself, and lets the lab be used again.
    case abandon(run: String, person: String)
    /// Stops the run under way; it waits for an operator then.
    case stop(run: String, person: String)
    /// Lets a run go on that waits: what is answered to its question.
    case resume(run: String, answer: String, person: String)
    /// Questions to operators: those that wait, or all, newest first.
    case prompts(all: Bool, limit: Int)
    /// One question in full.
    case prompt(id: String)
    /// - Parameters:
    ///   - answer: one of the choices, or a value that one choice alone asks for.
    ///   - entries: what was entered, by name.
    ///   - role: what the person may do, where that is known; whoever reaches the socket may do everything.
    case answer(
        prompt: String, answer: String, person: String, entries: [String: String]? = nil, role: Role? = nil)
    /// Results in the order they were made, after the one named.
    case outbox(state: String?, after: String?, limit: Int)
    /// The body of a result's post.
    case payload(result: String)
    /// Sends a quarantined result once more.
    case retry(result: String, person: String)
    case verifyOutbox
    /// Requests left alone, and what holds the lab.
    case pending
    /// What happened to the machine and to what is remembered, newest first.
    case incidents(limit: Int)
    /// Somebody has looked at damage.
    case acknowledge(incident: String, person: String)
    /// What planning needs to know of the lab.
    case memory
    /// Notes what was done to a bottle or a vial by hand.
    case correct(StockCorrection, person: String)
    /// Begins a calibration; the running agent answers with its run.
    case calibrate(CalibrationOrder, person: String)
    /// The newest of each kind, or all, newest first.
    case calibrations(all: Bool, limit: Int)
    case calibration(id: String)
    /// Asks each device who it is and how it stands.
    case devices
    /// The states and actions of a device that its profile describes.
    case describeDevice(String)
    /// What they are now; all states where none is named.
    case readDevice(String, states: [String])
    case perform(device: String, action: String, arguments: [String: String], person: String)
    /// The newest reading of each polled state, of one device or all.
    case readings(device: String?)
    /// Human acts, newest first.
    case audit(limit: Int)
    /// Computes the chain of human acts anew.
    case verifyAudit
    /// Who may use the console.
    case users
    /// Makes a code by which a person becomes a user.
    case invite(user: String, role: Role, person: String)
    case setRole(user: String, role: Role, person: String)
    case removeUser(String, person: String)
    /// Stops everything now.
    case halt(person: String)
    /// Lets the lab work again after a halt.
    case release(person: String)
}
