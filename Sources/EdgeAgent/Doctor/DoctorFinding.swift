/// One thing that was looked at.
public struct DoctorFinding: Sendable, Hashable, Codable {
    public enum Verdict: String, Sendable, Hashable, Codable {
        case good
        /// Worth a look; the agent works all the same.
        case warning
        /// The agent would not work, or not for long.
        case bad
    }

    /// What was looked at, `broker` for example.
    public var subject: String
    public var verdict: Verdict
    /// What was found.
    public var detail: String
    /// What to do; nil where nothing is to be done.
    public var mend: String?
    /// How the program would end because of it, as its exit codes say; 0 unless it is bad.
    public var status: Int32

    static func good(_ subject: String, _ detail: String) -> DoctorFinding {
        DoctorFinding(subject: subject, verdict: .good, detail: detail, status: 0)
    }

    static func warning(_ subject: String, _ detail: String, mend: String) -> DoctorFinding {
        DoctorFinding(subject: subject, verdict: .warning, detail: detail, mend: mend, status: 0)
    }

    static func bad(_ subject: String, _ detail: String, mend: String, _ status: ExitStatus) -> DoctorFinding {
        DoctorFinding(subject: subject, verdict: .bad, detail: detail, mend: mend, status: status.rawValue)
    }
}
