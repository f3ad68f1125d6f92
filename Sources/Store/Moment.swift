#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// When something happened: in UTC for people, and on the boot's own clock, which nobody can set, for intervals.
public struct Moment: Sendable, Hashable {
    /// Microseconds since 1970 UTC.
    public let utc: Int64
    /// Which boot of the machine the monotonic clock belongs to (`/proc/sys/kernel/random/boot_id`).
    public let boot: String
    /// Microseconds since that boot, sleep included.
    public let monotonic: Int64

    public init(utc: Int64, boot: String, monotonic: Int64) {
        self.utc = utc
        self.boot = boot
        self.monotonic = monotonic
    }

    public static func now() -> Moment {
        Moment(utc: Self.read(CLOCK_REALTIME), boot: Self.currentBoot, monotonic: Self.read(CLOCK_BOOTTIME))
    }

    /// The same boot's moment this much later.
    public func advanced(by duration: Duration) -> Moment {
        let microseconds = duration.microseconds
        return Moment(utc: self.utc + microseconds, boot: self.boot, monotonic: self.monotonic + microseconds)
    }

    /// Milliseconds since 1970 UTC; 0 before.
    public var milliseconds: UInt64 { UInt64(clamping: self.utc / 1000) }

    /// ISO 8601 with microseconds and `Z`.
    public var text: String {
        var seconds = time_t(self.utc >= 0 ? self.utc / 1_000_000 : (self.utc - 999_999) / 1_000_000)
        let fraction = self.utc - Int64(seconds) * 1_000_000
        var parts = tm()
        gmtime_r(&seconds, &parts)
        func padded(_ value: Int64, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let date = [
            padded(Int64(parts.tm_year) + 1900, 4), padded(Int64(parts.tm_mon) + 1, 2),
            padded(Int64(parts.tm_mday), 2),
        ]
        let time = [padded(Int64(parts.tm_hour), 2), padded(Int64(parts.tm_min), 2), padded(Int64(parts.tm_sec), 2)]
        return date.joined(separator: "-") + "T" + time.joined(separator: ":") + "." + padded(fraction, 6) + "Z"
    }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }

    static let currentBoot: String = {
        let descriptor = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "unknown" }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }()
}

extension Duration {
    /// Whole microseconds, limited to what 64 bits hold.
    var microseconds: Int64 {
        let (seconds, attoseconds) = self.components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        return overflow ? (seconds < 0 ? .min / 2 : .max / 2) : product + attoseconds / 1_000_000_000_000
    }
}
