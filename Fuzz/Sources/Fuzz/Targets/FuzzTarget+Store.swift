import Glibc

@testable import Store

extension FuzzTarget {
    /// The pages of a damaged database; the first byte says how long they are.
    static let salvage = FuzzTarget("salvage", longest: 1 << 15) { input in
        var reader = InputReader(input)
        let pageSize = 512 << Int(reader.byte() % 4)
        let bytes = reader.rest
        guard let file = tmpfile() else { fatalError("no temporary file") }
        defer { fclose(file) }
        promise(fwrite(bytes, 1, bytes.count, file) == bytes.count && fflush(file) == 0, "the disk is full")
        guard let pages = PageReader("/proc/self/fd/\(fileno(file))", pageSize: pageSize) else { return }
        promise(pages.freePages().count <= pages.count, "more pages are free than there are")
        for page in 1..<(pages.count + 1) {
            for row in pages.rows(onPage: page) { _ = row.values.count }
        }
    }
}
