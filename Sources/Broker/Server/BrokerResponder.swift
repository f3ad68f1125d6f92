import Glibc
import HTTPTypes
import Hummingbird
import NIOCore

/// Takes HTTP apart into calls, and puts answers together into HTTP.
struct BrokerResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    let desk: FrontDesk
    let bodyLimit: Int

    func respond(to request: Request, context: Context) async throws -> Response {
        let headers = request.headers
        if let length = headers[.contentLength].flatMap({ Int($0) }), length > self.bodyLimit {
            return Self.response(self.tooLarge)
        }
        let target = (request.head.path ?? "/").split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var call = BrokerCall(
            method: request.method.rawValue, path: target.first.map(String.init) ?? "/",
            query: target.count > 1 ? String(target[1]) : nil, host: request.head.authority,
            authorization: headers[.authorization], contentType: headers[.contentType],
            idempotencyKey: HTTPField.Name("Idempotency-Key").flatMap { headers[$0] })
        for try await buffer in request.body {
            guard call.body.count + buffer.readableBytes <= self.bodyLimit else { return Self.response(self.tooLarge) }
            call.body.append(contentsOf: buffer.readableBytesView)
        }
        return Self.response(await self.desk.answer(call))
    }

    private var tooLarge: BrokerAnswer {
        Refusal.detail(413, "The body is larger than \(self.bodyLimit) bytes", headers: [("connection", "close")]).answer
    }

    private static func response(_ answer: BrokerAnswer) -> Response {
        var headers = HTTPFields()
        for (name, value) in answer.headers { if let name = HTTPField.Name(name) { headers[name] = value } }
        let status = HTTPResponse.Status(code: answer.status)
        switch answer.body {
        case .bytes(let bytes):
            return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
        case .temporaryFile(let path, let size):
            return Response(status: status, headers: headers, body: Self.body(sending: path, size: size))
        }
    }

    /// Sends a file in pieces and removes it, also when the receiver goes away.
    private static func body(sending path: String, size: Int) -> ResponseBody {
        ResponseBody(contentLength: size) { writer in
            let file = open(path, O_RDONLY)
            unlink(path)
            guard file >= 0 else { throw HTTPError(.internalServerError) }
            defer { close(file) }
            var chunk = [UInt8](repeating: 0, count: 65_536)
            while case let count = read(file, &chunk, chunk.count), count > 0 {
                try await writer.write(ByteBuffer(bytes: chunk[..<count]))
            }
            try await writer.finish(nil)
        }
    }
}
