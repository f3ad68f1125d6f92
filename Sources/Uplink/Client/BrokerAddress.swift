/// Where a broker is: `http://broker.lab:13371`, with a path in front of the API if a proxy adds one.
public struct BrokerAddress: Sendable, Hashable, CustomStringConvertible {
    public let isSecure: Bool
    public let host: String
    public let port: Int
    /// Without a trailing slash; usually empty.
    public let path: String

    /// Reads an `http` or `https` URL. Without a port, 13371 is taken for `http` and 443 for `https`.
    public init?(parsing text: String) {
        guard let schemeEnd = text.firstRange(of: "://") else { return nil }
        switch text[..<schemeEnd.lowerBound].lowercased() {
        case "http": self.isSecure = false
        case "https": self.isSecure = true
        default: return nil
        }
        let rest = text[schemeEnd.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.contains("@"), !rest.contains("?"), !rest.contains("#") else { return nil }
        var host = authority
        var port: Substring?
        if authority.first == "[" {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = authority[...end]
            let tail = authority[authority.index(after: end)...]
            guard tail.isEmpty || tail.first == ":" else { return nil }
            port = tail.isEmpty ? nil : tail.dropFirst()
        } else if let colon = authority.lastIndex(of: ":") {
            host = authority[..<colon]
            port = authority[authority.index(after: colon)...]
        }
        guard !host.isEmpty, !host.contains(" ") else { return nil }
        if let port {
            guard let number = UInt16(port), number > 0 else { return nil }
            self.port = Int(number)
        } else {
            self.port = self.isSecure ? 443 : 13371
        }
        self.host = String(host)
        var path = rest[authority.endIndex...]
        while path.last == "/" { path = path.dropLast() }
        self.path = String(path)
    }

    /// Without a trailing slash.
    public var description: String { "\(self.isSecure ? "https" : "http")://\(self.host):\(self.port)\(self.path)" }

    /// The host as name resolution takes it.
    var bareHost: String { String(self.host.drop { $0 == "[" }.prefix { $0 != "]" }) }
}
