import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
    static func page(_ html: String, status: HTTPResponse.Status) -> Response {
        .init(html, type: "text/html; charset=utf-8", status: status)
    }

    static func text(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        .init(text, type: "text/plain; charset=utf-8", status: status)
    }

    private init(_ text: String, type: String, status: HTTPResponse.Status) {
        self.init(
            status: status, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// Sends the browser to a page after something was done, so that reloading does not do it again.
    ///
    /// - Parameter said: what that page says of it.
    static func then(_ path: String, said: Said? = nil) -> Response {
        .redirect(to: path + (said.map { "?said=\($0.rawValue)" } ?? ""), type: .normal)
    }
}

/// Runs `body`, which is given up after `limit`.
func within<Value: Sendable>(
    _ limit: Duration, _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await ContinuousClock().sleep(for: limit)
            throw Refused.tooSlow
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() else { throw CancellationError() }
        return value
    }
}

extension StringProtocol {
    /// Without blanks at both ends.
    var trimmed: String {
        String(self.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }

    /// What a path's part says (RFC 3986); a sign that is none stays as it is.
    var percentDecoded: String {
        var bytes: [UInt8] = []
        var rest = self.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%"),
                let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            else {
                bytes.append(byte)
                continue
            }
            bytes.append(code)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// As a path or a value of a query carries it (RFC 3986, unreserved characters and slashes stay).
    var percentEncoded: String {
        self.utf8.reduce(into: "") { output, byte in
            let scalar = Unicode.Scalar(byte)
            let stays = scalar.isASCII && (scalar.properties.isAlphabetic || (0x30...0x39).contains(byte))
            if stays || "-._~/".unicodeScalars.contains(scalar) {
                output.unicodeScalars.append(scalar)
            } else {
                output += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
    }
}
