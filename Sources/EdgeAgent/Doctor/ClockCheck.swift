import CTimex

/// Whether the computer's clock follows a time server: results and journal carry its time.
enum ClockCheck {
    static func finding() -> DoctorFinding {
        var state = timex()
        guard adjtimex(&state) != -1, state.status & STA_UNSYNC == 0 else {
            return .warning(
                "clock", "it is not synchronised with a time server",
                mend: "install systemd-timesyncd or chrony, and let it reach a server")
        }
        return .good("clock", "synchronised, within \(state.esterror / 1000) ms")
    }
}
