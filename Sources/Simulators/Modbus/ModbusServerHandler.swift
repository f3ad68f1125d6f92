import NIOCore
import Protocols

/// One TCP connection to a simulated Modbus line.
final class ModbusServerHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let site: ModbusSite
    private let reaction: Duration
    private var decoder = ModbusTCPDecoder()

    init(_ site: ModbusSite, reaction: Duration) {
        self.site = site
        self.reaction = reaction
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        for frame in self.decoder.frames(adding: self.unwrapInboundIn(data).readableBytesView) {
            let delivery = self.site.delivery(of: frame.pdu, to: frame.unit, transaction: frame.transaction)
            guard let delivery else { continue }
            self.send(delivery, context)
        }
        context.flush()
        // A device hangs up on what is not Modbus.
        if self.decoder.hasLostFraming { context.close(promise: nil) }
    }

    private func send(_ delivery: ModbusDelivery, _ context: ChannelHandlerContext) {
        if delivery.hangsUp { return context.close(promise: nil) }
        var pause = self.reaction
        for piece in delivery.pieces {
            pause += piece.pause
            let buffer = context.channel.allocator.buffer(bytes: piece.bytes)
            if pause == .zero {
                context.write(self.wrapOutboundOut(buffer), promise: nil)
            } else {
                let channel = context.channel
                context.eventLoop.scheduleTask(in: TimeAmount(pause)) { channel.writeAndFlush(buffer, promise: nil) }
            }
        }
    }
}
