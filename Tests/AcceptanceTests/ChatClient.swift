import Foundation
import Site

/// A client of the chat as the original is: it sends what is typed, and reads what comes, without any framing.
final class ChatClient {
    private let socket: Int32
    private(set) var heard = ""

    init(port: Int) throws {
        self.socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(self.socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw SiteFailure("cannot connect to \(port): \(String(cString: strerror(errno)))") }
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(self.socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { Foundation.close(self.socket) }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Foundation.send(self.socket, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// Reads until a text has come, and forgets everything up to its end.
    ///
    /// - Returns: all that came before it.
    @discardableResult
    func waits(for text: String) throws -> String {
        while true {
            if let range = self.heard.range(of: text) {
                let before = String(self.heard[..<range.lowerBound])
                self.heard = String(self.heard[range.upperBound...])
                return before
            }
            var buffer = [UInt8](repeating: 0, count: 1024)
            let count = recv(self.socket, &buffer, buffer.count, 0)
            guard count > 0 else { throw SiteFailure("“\(text)” did not come, but “\(self.heard)”") }
            self.heard += String(decoding: buffer[..<count], as: UTF8.self)
        }
    }

    /// Whether the other side has ended the connection; waits for that.
    func isEnded() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 1024)
        while case let count = recv(self.socket, &buffer, buffer.count, 0), count != 0 {
            if count < 0 { return errno == ECONNRESET }
        }
        return true
    }

    func join(_ name: String) throws {
        try self.waits(for: "_Password")
        self.send("secret")
        try self.waits(for: "_Name")
        self.send(name)
        try self.waits(for: "New memeber in the chat: \(name)\n")
    }

    /// A port at which nobody listens now.
    static func freePort() throws -> Int {
        let socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { Foundation.close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0
            }
        }
        guard isBound else { throw SiteFailure("no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
