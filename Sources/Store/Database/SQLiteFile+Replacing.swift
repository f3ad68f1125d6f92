import GRDB

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension SQLiteFile {
    /// Opens as `open` does, but moves a damaged file aside first and begins a new one with what can still be read.
    ///
    /// The new file is complete, the note of the damage included, before the old one is moved; a crash at any point
    /// leaves either the old file or a complete new one.
    ///
    /// - Parameter note: keeps the report in the new file.
    func openOrReplace(
        checks: Bool, salvages: Bool, damagedDirectory: String,
        note: @escaping @Sendable (DamageReport, Database) throws -> Void = { _, _ in }
    ) throws(StoreError) -> (DatabaseQueue, DamageReport?) {
        do {
            try self.finishReplacing(damagedDirectory)
            // SQLite folds the log into the file and deletes it when a connection ends, also that of a damaged file.
            unlink(self.keptLog)
            link(self.path + "-wal", self.keptLog)
            do {
                let queue = try self.open(checks: checks)
                unlink(self.keptLog)
                return (queue, nil)
            } catch let damage as Damage {
                let folder = try self.makeFolder(in: damagedDirectory)
                let report = try self.makeReplacement(damage, movedTo: folder, salvages: salvages, note)
                try self.replace(movingTo: folder)
                return (try self.open(checks: false), report)
            }
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(error, "open \(self.path)")
        }
    }

    /// Stands beside the file once it is complete.
    private var replacement: String { self.path + ".salvaged" }

    /// The log as it was found.
    private var keptLog: String { self.path + ".log" }

    private func makeReplacement(
        _ damage: Damage, movedTo folder: String, salvages: Bool,
        _ note: @escaping @Sendable (DamageReport, Database) throws -> Void
    ) throws -> DamageReport {
        let draft = self.path + ".salvaging"
        for suffix in Self.suffixes { unlink(draft + suffix) }
        let queue = try SQLiteFile(
            name: self.name, path: draft, applicationID: self.applicationID, migrations: self.migrations,
            signature: self.signature, durability: self.durability, shrinks: self.shrinks
        ).open(checks: false)
        let rows = salvages ? try Salvage(of: self.path).pour(into: queue) : [:]
        let report = DamageReport(
            file: self.path, finding: damage.finding, movedTo: self.place(in: folder), salvagedRows: rows)
        try queue.writeWithoutTransaction { database in
            try database.inTransaction(.immediate) {
                try note(report, database)
                return .commit
            }
            _ = try database.checkpoint(.truncate)
        }
        try queue.close()
        try self.move(draft, to: self.replacement)
        return report
    }

    /// A replacement that is complete takes the file's place, whatever came in between.
    private func finishReplacing(_ damagedDirectory: String) throws(StoreError) {
        guard access(self.replacement, F_OK) == 0 else { return }
        try self.replace(movingTo: self.makeFolder(in: damagedDirectory))
    }

    private func replace(movingTo folder: String) throws(StoreError) {
        // The log first: it must never stand beside a file that it does not belong to.
        for suffix in Self.suffixes where access(self.path + suffix, F_OK) == 0 {
            try self.move(self.path + suffix, to: self.place(in: folder) + suffix)
        }
        if access(self.keptLog, F_OK) == 0 { try self.move(self.keptLog, to: self.place(in: folder) + "-wal") }
        unlink(self.path + ".suspect")
        try self.move(self.replacement, to: self.path)
    }

    private static let suffixes = ["-wal", "-shm", ""]

    private func place(in folder: String) -> String { "\(folder)/\(self.name).sqlite" }

    private func makeFolder(in directory: String) throws(StoreError) -> String {
        _ = mkdir(directory, 0o700)
        let stamp = Moment.now().text.filter { $0.isNumber || $0 == "T" }
        let folder = "\(directory)/\(self.name)-\(stamp)"
        guard mkdir(folder, 0o700) == 0 else {
            throw StoreError(
                .cannotOpen, "move \(self.path) aside to \(folder)", String(cString: strerror(errno)),
                advice: "Check rights and free space of the state directory.")
        }
        return folder
    }

    private func move(_ source: String, to target: String) throws(StoreError) {
        guard rename(source, target) == 0 else {
            throw StoreError(
                .cannotOpen, "move \(source) to \(target)", String(cString: strerror(errno)),
                advice: "Move the file by hand, then start the agent again.")
        }
        let folder = Self.openFile(String(target[..<(target.lastIndex(of: "/") ?? target.startIndex)]), O_RDONLY, 0)
        guard folder >= 0 else { return }
        fsync(folder)
        close(folder)
    }
}
