/// Cuts an input into the parts that a target needs.
struct InputReader {
    private var bytes: ArraySlice<UInt8>

    init(_ input: [UInt8]) { self.bytes = input[...] }

    /// What has not been taken yet.
    var rest: [UInt8] { Array(self.bytes) }
    var restText: String { String(decoding: self.bytes, as: UTF8.self) }

    /// 0 once there is nothing left.
    mutating func byte() -> UInt8 { self.bytes.popFirst() ?? 0 }

    /// Up to a mark, which is dropped, or to the end.
    mutating func part(until mark: UInt8) -> [UInt8] {
        let part = self.bytes.prefix { $0 != mark }
        self.bytes = self.bytes.dropFirst(part.count + 1)
        return Array(part)
    }

    mutating func line() -> String { String(decoding: self.part(until: 0x0A), as: UTF8.self) }

    /// The parts between NULs, the rest of the input.
    mutating func texts() -> [String] {
        var texts: [String] = []
        while !self.bytes.isEmpty { texts.append(String(decoding: self.part(until: 0), as: UTF8.self)) }
        return texts
    }
}

extension [UInt8] {
    var text: String { String(decoding: self, as: UTF8.self) }

    /// The lines, without their ends; a line of any length and with any bytes.
    var lines: [[UInt8]] { self.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init) }
}
