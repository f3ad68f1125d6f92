import Links

/// The sending side of a simulated instrument's connection: bytes leave in the order in which they were said, however
/// slow or late, and the instrument never waits for its host.
final class InstrumentPort: Sendable {
    private struct Parcel: Sendable {
        var bytes: [UInt8]
        var delay: Duration?
        var pieces: Int?
    }

    let channel: ByteChannel
    private let parcels: AsyncStream<Parcel>.Continuation

    init(_ channel: ByteChannel) {
        self.channel = channel
        // A host that does not read loses the oldest lines, as on a serial line without flow control.
        let (stream, continuation) = AsyncStream.makeStream(of: Parcel.self, bufferingPolicy: .bufferingNewest(10_000))
        self.parcels = continuation
        Task {
            for await parcel in stream {
                if let delay = parcel.delay { try? await ContinuousClock().sleep(for: delay) }
                let size = max(1, parcel.pieces ?? parcel.bytes.count)
                for start in stride(from: 0, to: parcel.bytes.count, by: size) {
                    let piece = Array(parcel.bytes[start..<min(start + size, parcel.bytes.count)])
                    try? await channel.write(piece, until: .now + .seconds(5))
                    if parcel.pieces != nil { await Task.yield() }
                }
            }
        }
    }

    deinit {
        self.parcels.finish()
    }

    func send(_ bytes: [UInt8], after delay: Duration? = nil, inPiecesOf pieces: Int? = nil) {
        self.parcels.yield(Parcel(bytes: bytes, delay: delay, pieces: pieces))
    }
}
