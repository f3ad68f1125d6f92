import NIOCore
import Protocols

/// One line of the control socket: `{"ask": …}` goes there, `{"answer": …}` or `{"error": {"status", "message"}}` back.
enum ControlLine {
    /// Longest line; 64 MiB.
    static let limit = 64 << 20

    static func asking(_ request: OperatorRequest) throws -> ByteBuffer {
        self.line(["ask": try JSONValue(encoding: request)])
    }

    static func request(in line: ByteBuffer) throws(OperatorError) -> OperatorRequest {
        guard let json = try? JSONValue(parsing: line.readableBytesView),
            let request = try? json["ask"]?.decode(OperatorRequest.self)
        else {
            throw OperatorError(
                .usage, "the agent does not understand this; do agent and command have the same version?")
        }
        return request
    }

    static func answering(_ result: Result<JSONValue, OperatorError>) -> ByteBuffer {
        switch result {
        case .success(let answer): self.line(["answer": answer])
        case .failure(let error):
            self.line(
                ["error": ["status": .integer(Int64(error.status.rawValue)), "message": .string(error.description)]])
        }
    }

    static func answer(in line: ByteBuffer) throws(OperatorError) -> JSONValue {
        let json = try? JSONValue(parsing: line.readableBytesView)
        if let answer = json?["answer"] { return answer }
        guard let error = json?["error"], let status = error["status"]?.integer, let message = error["message"]?.string
        else { throw OperatorError(.unavailable, "the agent's answer cannot be read") }
        throw OperatorError(ExitStatus(rawValue: Int32(clamping: status)) ?? .inputOutput, message)
    }

    private static func line(_ json: JSONValue) -> ByteBuffer { ByteBuffer(string: json.text() + "\n") }
}

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
