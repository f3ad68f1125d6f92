import GRDB

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Reads rows straight from the pages of an SQLite file, past its trees: what is left when those are damaged. Total: of
/// any bytes it gives the rows that can be made out, and never more than the file holds.
///
/// Source: SQLite's "Database File Format", 1.5 (free list), 1.6 (pages), 1.7 (overflow), 2.1 (records).
final class PageReader {
    struct StoredRow {
        let id: Int64
        let values: [DatabaseValue]
    }

    /// How many pages the file has.
    let count: Int
    private let descriptor: Int32
    private let pageSize: Int
    /// Overflow pages that may still be read. A sound file's are read twice; chains that were damaged into circles, or
    /// into each other, would be read without end.
    private var overflowReadsLeft: Int

    /// - Parameter pageSize: in bytes; what the file itself says of it may be damaged.
    init?(_ path: String, pageSize: Int) {
        self.descriptor = open(path, O_RDONLY | O_CLOEXEC)
        self.pageSize = pageSize
        self.count = self.descriptor < 0 ? 0 : Int(lseek(self.descriptor, 0, SEEK_END)) / pageSize
        self.overflowReadsLeft = 16 * self.count
        if self.descriptor < 0 { return nil }
    }

    deinit {
        if self.descriptor >= 0 { close(self.descriptor) }
    }

    /// The rows of one page, counted from 1; none if it is no leaf of a table.
    func rows(onPage page: Int) -> [StoredRow] {
        let bytes = self.page(page)
        let header = page == 1 ? 100 : 0
        guard bytes.count == self.pageSize, bytes[header] == 0x0D else { return [] }
        let count = min(bytes.number(at: header + 3, bytes: 2), (self.pageSize - header - 8) / 2)
        return (0..<count).compactMap { self.row(at: bytes.number(at: header + 8 + 2 * $0, bytes: 2), of: bytes) }
    }

    /// Pages that hold nothing any more; what stands in them is out of date.
    func freePages() -> Set<Int> {
        var free: Set<Int> = []
        var trunk = self.page(1).number(at: 32, bytes: 4)
        while trunk > 0, trunk <= self.count, free.insert(trunk).inserted {
            let bytes = self.page(trunk)
            let count = min(bytes.number(at: 4, bytes: 4), self.pageSize / 4 - 2)
            for index in 0..<max(0, count) {
                let page = bytes.number(at: 8 + 4 * index, bytes: 4)
                if page > 0, page <= self.count { free.insert(page) }
            }
            trunk = bytes.number(at: 0, bytes: 4)
        }
        return free
    }

    private func page(_ number: Int) -> [UInt8] {
        guard number > 0, number <= self.count else { return [] }
        var bytes = [UInt8](repeating: 0, count: self.pageSize)
        let count = pread(self.descriptor, &bytes, self.pageSize, off_t((number - 1) * self.pageSize))
        return count == self.pageSize ? bytes : []
    }

    private func row(at offset: Int, of page: [UInt8]) -> StoredRow? {
        var place = offset
        guard let size = page.variableNumber(at: &place), let id = page.variableNumber(at: &place), size >= 0,
            size <= Int64(self.count * self.pageSize), let payload = self.payload(Int(size), at: place, of: page),
            let values = Self.values(of: payload)
        else { return nil }
        return StoredRow(id: id, values: values)
    }

    /// A long payload begins on its page and goes on over a chain of others.
    private func payload(_ size: Int, at start: Int, of page: [UInt8]) -> [UInt8]? {
        let most = self.pageSize - 35
        let least = (self.pageSize - 12) * 32 / 255 - 23
        let fitting = least + (size - least) % (self.pageSize - 4)
        let local = size <= most ? size : (fitting <= most ? fitting : least)
        guard start + local <= page.count else { return nil }
        var payload = Array(page[start..<(start + local)])
        var next = size > local ? page.number(at: start + local, bytes: 4) : 0
        while payload.count < size {
            self.overflowReadsLeft -= 1
            let bytes = self.overflowReadsLeft >= 0 ? self.page(next) : []
            guard bytes.count == self.pageSize else { return nil }
            payload += bytes[4..<min(self.pageSize, 4 + size - payload.count)]
            next = bytes.number(at: 0, bytes: 4)
        }
        return payload
    }

    private static func values(of record: [UInt8]) -> [DatabaseValue]? {
        var place = 0
        guard let size = record.variableNumber(at: &place), size >= place, size <= record.count else { return nil }
        var content = Int(size)
        var values: [DatabaseValue] = []
        while place < size {
            guard let type = record.variableNumber(at: &place), type >= 0, type < 1 << 40,
                let value = Self.value(of: type, at: &content, in: record)
            else { return nil }
            values.append(value)
        }
        return place == Int(size) && content == record.count ? values : nil
    }

    private static func value(of type: Int64, at place: inout Int, in record: [UInt8]) -> DatabaseValue? {
        let size =
            switch type {
            case 0, 8, 9: 0
            case 1...4: Int(type)
            case 5: 6
            case 6, 7: 8
            case 12...: Int(type - 12) / 2
            default: -1
            }
        guard size >= 0, place + size <= record.count else { return nil }
        let bytes = record[place..<(place + size)]
        place += size
        switch type {
        case 0: return .null
        case 8, 9: return (type - 8).databaseValue
        case 7: return Double(bitPattern: bytes.reduce(0) { $0 << 8 | UInt64($1) }).databaseValue
        case 1...6:
            let negative: Int64 = (bytes.first ?? 0) >= 0x80 ? -1 : 0
            return bytes.reduce(negative) { $0 << 8 | Int64($1) }.databaseValue
        case _ where type % 2 == 1: return String(validating: bytes, as: UTF8.self)?.databaseValue
        default: return nil  // None of our tables holds blobs.
        }
    }
}

extension [UInt8] {
    /// Big-endian; bytes beyond the end count as 0.
    fileprivate func number(at offset: Int, bytes: Int) -> Int {
        (offset..<(offset + bytes)).reduce(0) { $0 << 8 | ($1 < self.count ? Int(self[$1]) : 0) }
    }

    /// Seven bits a byte, the highest bit saying that more follow; the ninth byte counts in full.
    fileprivate func variableNumber(at place: inout Int) -> Int64? {
        var value: UInt64 = 0
        for index in 0..<9 {
            guard place < self.count else { return nil }
            let byte = self[place]
            place += 1
            if index == 8 { return Int64(bitPattern: value << 8 | UInt64(byte)) }
            value = value << 7 | UInt64(byte & 0x7F)
            if byte < 0x80 { break }
        }
        return Int64(bitPattern: value)
    }
}
