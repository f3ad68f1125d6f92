import NIOCore

/// Cuts what arrives into lines, without their ends.
struct ControlLineDecoder: ByteToMessageDecoder {
    typealias InboundOut = ByteBuffer

    mutating func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
        guard let end = buffer.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) else {
            guard buffer.readableBytes <= ControlLine.limit else { throw TooLong() }
            return .needMoreData
        }
        guard let line = buffer.readSlice(length: end - buffer.readerIndex) else { return .needMoreData }
        buffer.moveReaderIndex(forwardBy: 1)
        context.fireChannelRead(self.wrapInboundOut(line))
        return .continue
    }

    struct TooLong: Error {}
}

extension Channel {
    /// Lines come in, bytes go out. To be called on the channel's event loop.
    func speakingControlLines() throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
        try self.pipeline.syncOperations.addHandler(ByteToMessageHandler(ControlLineDecoder()))
        return try NIOAsyncChannel(wrappingChannelSynchronously: self)
    }
}
