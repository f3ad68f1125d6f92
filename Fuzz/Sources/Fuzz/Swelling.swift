import Glibc

/// Finds readers whose effort grows faster than their input: parts of an input are repeated until it is long.
struct Swelling {
    /// Bytes, and the processor seconds that they may take with all instrumentation.
    private static let sizes: [(count: Int, limit: Double)] = [(1 << 15, 1), (1 << 20, 10)]

    private let target: FuzzTarget
    private var random: SplitMix

    init(_ target: FuzzTarget, seed: UInt64) {
        self.target = target
        self.random = SplitMix(state: seed)
    }

    /// Takes files with one of their parts repeated, for so many seconds. An input that ends the program is left in
    /// `artifact`.
    consuming func run(on files: [String], seconds: Int, artifact: String) {
        let inputs = files.map(Self.bytes).filter { !$0.isEmpty }
        let end = time(nil) + seconds
        var count = 0
        var slowest = 0.0
        while time(nil) < end, let input = inputs.randomElement(using: &self.random) {
            let part = self.part(of: input)
            for size in Self.sizes {
                let swollen = Self.swollen(input, part, to: size.count)
                Self.keep(swollen, as: artifact)
                alarm(UInt32(size.limit * 12))
                slowest = max(slowest, self.target.takeInTime(swollen, limit: size.limit))
                alarm(0)
                count += 1
            }
        }
        unlink(artifact)
        print("\(self.target.name): \(count) inputs swollen from \(inputs.count), the slowest took \(slowest) s")
    }

    private mutating func part(of input: [UInt8]) -> Range<Int> {
        let start = Int.random(in: 0..<input.count, using: &self.random)
        let longest = [1, 2, 8, 40, input.count].randomElement(using: &self.random) ?? 1
        return start..<min(input.count, start + Int.random(in: 1...longest, using: &self.random))
    }

    private static func swollen(_ input: [UInt8], _ part: Range<Int>, to count: Int) -> [UInt8] {
        var swollen = Array(input[..<part.upperBound])
        swollen.reserveCapacity(count + part.count)
        while swollen.count + input.count - part.upperBound < count { swollen += input[part] }
        return swollen + input[part.upperBound...]
    }

    private static func bytes(of path: String) -> [UInt8] {
        guard let file = fopen(path, "rb") else { return [] }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        return Array(bytes[..<fread(&bytes, 1, bytes.count, file)])
    }

    private static func keep(_ input: [UInt8], as path: String) {
        guard let file = fopen(path, "wb") else { return }
        defer { fclose(file) }
        _ = fwrite(input, 1, input.count, file)
    }
}

/// SplitMix64, so that a seed says which parts are repeated.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
