import Synchronization

/// A time-ordered unique id (RFC 9562, section 5.7): 48 bits of milliseconds, a 12-bit counter, 62 random bits.
public struct UUIDv7: Sendable, Hashable, Comparable, CustomStringConvertible {
    let high: UInt64
    let low: UInt64

    init(milliseconds: UInt64, counter: UInt64, random: UInt64) {
        self.high = milliseconds << 16 | 0x7000 | counter & 0xFFF
        self.low = 0x8000_0000_0000_0000 | random & 0x3FFF_FFFF_FFFF_FFFF
    }

    /// Reads the hyphenated form in either case; nil for anything else, other versions of UUID included.
    public init?(parsing text: some StringProtocol) {
        var words: (UInt64, UInt64) = (0, 0)
        var digits = 0
        for (index, byte) in text.utf8.enumerated() {
            if index == 8 || index == 13 || index == 18 || index == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, digits < 32 else { return nil }
            if digits < 16 { words.0 = words.0 << 4 | UInt64(digit) } else { words.1 = words.1 << 4 | UInt64(digit) }
            digits += 1
        }
        guard digits == 32, words.0 >> 12 & 0xF == 7, words.1 >> 62 == 2 else { return nil }
        self.high = words.0
        self.low = words.1
    }

    /// Milliseconds since 1970 UTC, as the clock stood or, if it was set back, as it had stood before.
    public var milliseconds: UInt64 { self.high >> 16 }

    /// Lower case with hyphens. Sorts as the ids do.
    public var description: String {
        String(unsafeUninitializedCapacity: 36) { bytes in
            var place = 0
            for index in 0..<32 {
                if index == 8 || index == 12 || index == 16 || index == 20 {
                    bytes[place] = UInt8(ascii: "-")
                    place += 1
                }
                let word = index < 16 ? self.high : self.low
                let digit = UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * (index & 15))) & 0xF
                bytes[place] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
                place += 1
            }
            return place
        }
    }

    public static func < (a: Self, b: Self) -> Bool { a.high == b.high ? a.low < b.low : a.high < b.high }
}

/// Makes ids that only ever grow, also while the clock of the machine is set back.
public final class UUIDv7Source: Sendable {
    private let last: Mutex<UInt64>
    private let now: @Sendable () -> UInt64

    /// - Parameters:
    ///   - newest: the greatest id in use; what is made is greater.
    ///   - now: milliseconds since 1970 UTC.
    public init(after newest: UUIDv7? = nil, now: @escaping @Sendable () -> UInt64 = { Moment.now().milliseconds }) {
        self.last = Mutex(newest.map { Self.position($0) } ?? 0)
        self.now = now
    }

    public func make() -> UUIDv7 {
        let milliseconds = self.now()
        // Milliseconds and counter form one number, so that a counter that runs over borrows the next millisecond.
        let position = self.last.withLock { last in
            last = max(milliseconds << 12, last + 1)
            return last
        }
        return UUIDv7(milliseconds: position >> 12, counter: position & 0xFFF, random: .random(in: 0...UInt64.max))
    }

    private static func position(_ id: UUIDv7) -> UInt64 { id.milliseconds << 12 | id.high & 0xFFF }
}
