import Glibc
import Protocols

/// The two clocks on a broker's wall: UTC, and the local time that FINALES writes into some columns.
public struct BrokerClock: Sendable {
    /// Seconds since 1970-01-01 UTC and the microseconds of the current second.
    public var now: @Sendable () -> (seconds: Int, microsecond: Int)
    /// Seconds that local time is ahead of UTC at the given instant.
    public var zoneOffset: @Sendable (_ seconds: Int) -> Int

    public init(
        now: @escaping @Sendable () -> (seconds: Int, microsecond: Int),
        zoneOffset: @escaping @Sendable (_ seconds: Int) -> Int
    ) {
        self.now = now
        self.zoneOffset = zoneOffset
    }

    /// The machine's clock and time zone.
    public static let system = BrokerClock(
        now: {
            var time = timespec()
            clock_gettime(CLOCK_REALTIME, &time)
            return (time.tv_sec, time.tv_nsec / 1000)
        },
        zoneOffset: { seconds in
            var instant = time_t(seconds)
            var parts = tm()
            return localtime_r(&instant, &parts) == nil ? 0 : parts.tm_gmtoff
        })

    /// `YYYY-MM-DD HH:MM:SS.ffffff` in local time, for the columns of type DATETIME.
    var localText: String {
        let now = self.now()
        return FinalesTime(
            secondsSince1970: now.seconds, microsecond: now.microsecond, zoneOffset: self.zoneOffset(now.seconds)
        ).text(separator: " ", fraction: .always)
    }

    /// `YYYY-MM-DD HH:MM:SS` in UTC, as SQLite's CURRENT_TIMESTAMP, for `load_time`.
    var loadTime: String {
        FinalesTime(secondsSince1970: self.now().seconds).text(separator: " ", fraction: .never)
    }
}
