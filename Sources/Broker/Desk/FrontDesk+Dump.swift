import Crypto
import Glibc
import GRDB
import Protocols

extension FrontDesk {
    /// Sends a copy of the main database as it is at one moment. The users are not in it.
    func dump(key: String) async throws(Refusal) -> BrokerAnswer {
        guard let expected = self.configuration.dumpKey, expected != "DEFAULT_KEY_PLACEHOLDER" else {
            throw .bad(
                "The key for accessing the endpoint has not been initiated correctly, contact the server team")
        }
        guard key == expected else {
            throw .bad(
                "The key \(key) is not a variable present in the server instance, "
                    + "access to the database-dump endpoint denied")
        }
        let copy = Self.temporaryFolder + "/broker-dump-\(RecordBook.newUUID().hex).db"
        let size = try await recorded {
            try await self.book.records.vacuum(into: copy)
            var information = stat()
            guard stat(copy, &information) == 0 else { throw Refusal.crash("no copy of the database at \(copy)") }
            return Int(information.st_size)
        }
        let now = self.configuration.clock.now()
        let tag = SHA256.hash(data: Array("\(now.seconds).\(now.microsecond) \(size)".utf8)).prefix(16)
        let digits = tag.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return BrokerAnswer(
            status: 200,
            headers: [
                ("content-type", "application/octet-stream"),
                ("content-disposition", "attachment; filename=\"\(self.configuration.databasePath ?? "sql_app.db")\""),
                ("last-modified", FinalesTime(secondsSince1970: now.seconds).httpDate(secondsSince1970: now.seconds)),
                ("etag", "\"\(digits)\""),
            ],
            body: .temporaryFile(path: copy, size: size))
    }

    private static var temporaryFolder: String {
        guard let folder = getenv("TMPDIR") else { return "/tmp" }
        return String(cString: folder)
    }
}

extension FinalesTime {
    /// `Mon, 23 Nov 2026 20:17:23 GMT` (RFC 9110, 5.6.7).
    fileprivate func httpDate(secondsSince1970 seconds: Int) -> String {
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let texts = self.text(separator: " ", fraction: .never).split(whereSeparator: { $0 == "-" || $0 == " " })
        return "\(days[seconds / 86_400 % 7]), \(texts[2]) \(months[self.month - 1]) \(texts[0]) \(texts[3]) GMT"
    }
}
