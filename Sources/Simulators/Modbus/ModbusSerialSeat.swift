import Links
import Protocols

/// The units' side of a serial line: requests are found in the stream, and answers take the time that the wire does.
struct ModbusSerialSeat: Sendable {
    let site: ModbusSite
    let timing: SimulatedModbusServer.Timing
    let channel: ByteChannel

    /// A frame that pauses longer than this has ended: 3.5 characters, and what a scheduler may add.
    private static let longestPause = Duration.milliseconds(30)

    func serve() async {
        var decoder = ModbusRTURequestDecoder()
        while true {
            let bytes: [UInt8]
            do throws(ChannelError) {
                bytes = try await self.channel.read(until: decoder.isWithinFrame ? .now + Self.longestPause : nil)
            } catch {
                guard error == .timedOut else { return }
                decoder.lineWasQuiet()
                continue
            }
            let arrival = ContinuousClock.now
            for frame in decoder.frames(adding: bytes) {
                guard let delivery = self.site.delivery(of: frame.pdu, to: frame.unit, transaction: nil) else {
                    continue
                }
                if delivery.hangsUp { return self.channel.close() }
                let end = arrival + self.transmission(of: frame.pdu.count + 3) + self.timing.reaction
                await self.send(delivery, notBefore: end)
            }
        }
    }

    /// A piece is handed over when its last bit would have arrived.
    private func send(_ delivery: ModbusDelivery, notBefore start: ContinuousClock.Instant) async {
        var moment = start
        for piece in delivery.pieces {
            moment += piece.pause + self.transmission(of: piece.bytes.count)
            if moment > .now { try? await ContinuousClock().sleep(until: moment, tolerance: .zero) }
            try? await self.channel.write(piece.bytes, until: .now + .seconds(1))
        }
    }

    private func transmission(of count: Int) -> Duration {
        self.timing.baud.map { .microseconds(Int64(Double(11 * count) * 1e6 / Double($0))) } ?? .zero
    }
}
