/// Feeds a decoder the same frames in every way in which a line may deliver them, as swift-nio's
/// `ByteToMessageDecoderVerifier` does: what comes out must not depend on where the bytes were cut.
public struct FrameVerifier<Value: Equatable> {
    private let decode: ([[UInt8]]) -> [Value]

    /// - Parameter decode: what a new decoder makes of chunks that arrive one after the other.
    public init(_ decode: @escaping ([[UInt8]]) -> [Value]) {
        self.decode = decode
    }

    /// A decoder that gathers bytes until `length` finds a frame at their beginning.
    public init(length: @escaping (ArraySlice<UInt8>) -> Int?, _ parse: @escaping ([UInt8]) -> Value) {
        self.init { chunks in
            var pending: [UInt8] = []
            var values: [Value] = []
            for chunk in chunks {
                pending += chunk
                while !pending.isEmpty, let count = length(pending[...]), count <= pending.count {
                    values.append(parse(Array(pending[..<count])))
                    pending.removeFirst(count)
                }
            }
            return values
        }
    }

    /// Delivers each frame alone, and all of them at once, byte by byte, cut in two at every place and in pieces drawn
    /// from the seed.
    ///
    /// - Returns: how the first delivery was cut that is decoded otherwise; nil if there is none.
    public func complaint(about frames: [(bytes: [UInt8], values: [Value])], seed: UInt64 = 1) -> String? {
        for frame in frames {
            let decoded = self.decode([frame.bytes])
            if decoded != frame.values { return "\(frame.bytes) alone gives \(decoded) instead of \(frame.values)" }
        }
        let stream = frames.flatMap(\.bytes)
        let values = frames.flatMap(\.values)
        var deliveries: [(chunks: [[UInt8]], how: String)] = [
            ([stream], "all at once"), (stream.map { [$0] }, "byte by byte"),
        ]
        for cut in stream.indices.dropFirst() {
            deliveries.append(([Array(stream[..<cut]), Array(stream[cut...])], "a cut before byte \(cut)"))
        }
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let chunks = Self.pieces(stream, &random)
            deliveries.append((chunks, "seed \(seed), pieces of \(chunks.map(\.count))"))
        }
        for delivery in deliveries {
            let decoded = self.decode(delivery.chunks)
            if decoded != values { return "\(delivery.how) gives \(decoded) instead of \(values)" }
        }
        return nil
    }

    private static func pieces(_ stream: [UInt8], _ random: inout SeededGenerator) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var start = 0
        while start < stream.count {
            let end = min(stream.count, start + Int.random(in: 1...9, using: &random))
            pieces.append(Array(stream[start..<end]))
            start = end
        }
        return pieces
    }
}
