import Foundation
import Testing

@testable import Store

/// Pages that no sound file has.
@Suite struct PageReaderTests {
    private static let size = 512
    private static let pages = 200

    @Test func `chains that run in a circle cost no more than reading the file a few times`() throws {
        // Page 2 is a leaf with 150 entries for one row of 99,099 bytes: 39 on the page, the others on page 3, which says
        // that page 3 follows it.
        let payload = 39 + 508 * 195
        var bytes = [UInt8](repeating: 0, count: Self.pages * Self.size)
        let leaf = Self.size, cell = leaf + 400
        bytes.replaceSubrange(leaf..<leaf + 8, with: [0x0D, 0, 0, 0, 150, 0, 0, 0])
        for entry in 0..<150 { bytes.replaceSubrange(leaf + 8 + 2 * entry..<leaf + 10 + 2 * entry, with: [1, 0x90]) }
        let row = Self.variable(payload) + [1] + [4] + Self.variable(2 * (payload - 4) + 13)
        bytes.replaceSubrange(cell..<cell + row.count, with: row)
        let overflow = cell + row.count - 4 + 39
        bytes.replaceSubrange(overflow..<overflow + 4, with: [0, 0, 0, 3])
        bytes.replaceSubrange(2 * Self.size..<2 * Self.size + 4, with: [0, 0, 0, 3])

        let rows = try Self.reader(of: bytes).rows(onPage: 2)
        #expect(!rows.isEmpty)
        #expect(rows.count * payload <= 16 * bytes.count)
    }

    @Test func `a free page beyond the end of the file is none`() throws {
        var bytes = [UInt8](repeating: 0, count: 3 * Self.size)
        bytes.replaceSubrange(32..<36, with: [0, 0, 0, 2])
        bytes.replaceSubrange(Self.size + 4..<Self.size + 16, with: [0, 0, 0, 2, 0, 0, 0, 3, 0xFF, 0xFF, 0xFF, 0xFF])
        #expect(try Self.reader(of: bytes).freePages() == [2, 3])
    }

    private static func reader(of bytes: [UInt8]) throws -> PageReader {
        let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(bytes).write(to: file)
        return try #require(PageReader(file.path, pageSize: Self.size))
    }

    /// Three bytes of seven bits each.
    private static func variable(_ number: Int) -> [UInt8] {
        [UInt8(0x80 | number >> 14), UInt8(0x80 | number >> 7 & 0x7F), UInt8(number & 0x7F)]
    }
}
