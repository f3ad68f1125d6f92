/// The fields of a form, sent either way. An empty field counts as absent.
struct FormText: Sendable {
    private var fields: QueryText

    /// Reads the body of a call; without one of the two content types there are no fields.
    init(_ call: BrokerCall) {
        let type = (call.contentType ?? "").prefix { $0 != ";" }.trimmed.lowercased()
        switch type {
        case "application/x-www-form-urlencoded":
            self.fields = QueryText(String(decoding: call.body, as: UTF8.self))
        case "multipart/form-data":
            self.fields = QueryText(Self.parts(of: call.body, contentType: call.contentType ?? ""))
        default: self.fields = QueryText(nil)
        }
    }

    subscript(name: String) -> String? {
        guard let value = self.fields[name], !value.isEmpty else { return nil }
        return value
    }

    /// Names and texts of the parts of `multipart/form-data` (RFC 7578).
    private static func parts(of body: [UInt8], contentType: String) -> [String: String] {
        guard let mark = contentType.range(of: "boundary=") else { return [:] }
        let boundary = contentType[mark.upperBound...].prefix { $0 != ";" }.trimmed.filter { $0 != "\"" }
        // RFC 2046, 5.1.1: at most 70 characters. Long ones take long to look for.
        guard (1...70).contains(boundary.utf8.count) else { return [:] }
        let lines = String(decoding: body, as: UTF8.self).replacing("\r\n", with: "\n")
        var fields: [String: String] = [:]
        for part in lines.split(separator: "--" + boundary) {
            guard let gap = part.range(of: "\n\n"), let name = part[..<gap.lowerBound].range(of: "name=\"") else {
                continue
            }
            let content = part[gap.upperBound...]
            fields[String(part[name.upperBound...].prefix { $0 != "\"" })] = String(
                content.hasSuffix("\n") ? content.dropLast() : content
            )
        }
        return fields
    }
}

extension StringProtocol where SubSequence == Substring {
    /// Where `text` stands first.
    fileprivate func range(of text: String) -> Range<Index>? { self[...].firstRange(of: text) }
}
