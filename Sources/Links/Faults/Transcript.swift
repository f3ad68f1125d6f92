import DeviceKit
public import Protocols

/// What passed a fault proxy, as a file: one JSON object per line, first what made it, then each piece of traffic.
///
///     {"device": "tcp://10.0.0.7:49152", "seed": 7, "faults": ["1200ms+300ms drop rate=0.01"]}
///     {"at": 1.204, "connection": 1, "place": "from-agent", "bytes": "315F726561640A"}
public struct Transcript: Sendable, Hashable {
    public struct Header: Sendable, Hashable {
        public var device: String
        public var seed: UInt64
        /// As they were given or drawn.
        public var faults: [String]

        public init(device: String, seed: UInt64, faults: [String]) {
            self.device = device
            self.seed = seed
            self.faults = faults
        }
    }

    public struct Entry: Sendable, Hashable {
        /// Since the beginning of the record. Wall time.
        public var time: Duration
        public var connection: Int
        public var place: ProxyTraffic.Place
        public var bytes: [UInt8]

        public init(_ time: Duration, connection: Int, _ place: ProxyTraffic.Place, _ bytes: [UInt8]) {
            self.time = time
            self.connection = connection
            self.place = place
            self.bytes = bytes
        }
    }

    /// Says in which line something is no transcript.
    public struct Invalid: Error, Sendable, Hashable, CustomStringConvertible {
        public let description: String
    }

    public var header: Header
    public var entries: [Entry]

    public init(_ header: Header, _ entries: [Entry]) {
        self.header = header
        self.entries = entries
    }

    /// Reads what a recorder has written. A last line that was cut off is left out.
    public init(parsing text: String) throws(Invalid) {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        // What follows the last line's end was cut off while it was written.
        lines.removeLast()
        guard let first = lines.first, let header = Header(Self.value(first)) else {
            throw Invalid(description: "line 1: expected {\"device\": …, \"seed\": …, \"faults\": […]}")
        }
        self.init(header, [])
        for (number, line) in lines.enumerated().dropFirst() {
            guard let entry = Entry(Self.value(line)) else {
                throw Invalid(
                    description: "line \(number + 1): expected "
                        + "{\"at\": …, \"connection\": …, \"place\": …, \"bytes\": \"0A…\"}")
            }
            self.entries.append(entry)
        }
    }

    private static func value(_ line: Substring) -> JSONValue? { try? JSONValue(parsing: String(line)) }
}

extension Transcript.Header {
    public var line: JSONValue {
        [
            "device": .string(self.device), "seed": .string("\(self.seed)"),
            "faults": .array(self.faults.map { .string($0) }),
        ]
    }

    fileprivate init?(_ value: JSONValue?) {
        guard let device = value?["device"]?.string, let seed = value?["seed"]?.string.flatMap({ UInt64($0) }),
            let faults = value?["faults"]?.array
        else { return nil }
        self.init(device: device, seed: seed, faults: faults.compactMap(\.string))
    }
}

extension Transcript.Entry {
    public var line: JSONValue {
        [
            "at": .number(self.time.seconds), "connection": .integer(Int64(self.connection)),
            "place": .string(self.place.rawValue), "bytes": .string(Self.hexadecimal(self.bytes)),
        ]
    }

    fileprivate init?(_ value: JSONValue?) {
        guard let seconds = value?["at"]?.double, (0...1e9).contains(seconds),
            let connection = value?["connection"]?.integer, (1...1 << 31).contains(connection),
            let place = value?["place"]?.string.flatMap({ ProxyTraffic.Place(rawValue: $0) }),
            let bytes = value?["bytes"]?.string.flatMap({ Self.bytes($0) })
        else { return nil }
        self.init(.seconds(seconds), connection: Int(connection), place, bytes)
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        let digits = text.compactMap(\.hexDigitValue)
        guard digits.count == text.count, digits.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
