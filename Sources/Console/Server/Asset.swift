import Crypto
import HTTPTypes
import Hummingbird
import NIOCore

/// A file that pages need, built into the program. Its name changes with its content, so that browsers may keep it.
struct Asset: Sendable {
    let name: String
    private let type: String
    private let bytes: ByteBuffer

    static let style = Asset("css", type: "text/css; charset=utf-8", PackageResources.console_css)
    static let script = Asset("js", type: "text/javascript; charset=utf-8", PackageResources.console_js)
    static let icon = Asset("svg", type: "image/svg+xml", PackageResources.console_svg)
    static let all = [style, script, icon]

    private init(_ suffix: String, type: String, _ bytes: [UInt8]) {
        self.name = "console-\(SHA256.hash(data: bytes).hexadecimal.prefix(12)).\(suffix)"
        self.type = type
        self.bytes = ByteBuffer(bytes: bytes)
    }

    var path: String { "/" + self.name }

    var response: Response {
        Response(
            status: .ok, headers: [.contentType: self.type, .cacheControl: "public, max-age=31536000, immutable"],
            body: ResponseBody(byteBuffer: self.bytes))
    }
}
