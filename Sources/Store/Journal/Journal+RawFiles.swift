extension Journal {
    /// Notes a file that a run has written, before there is a result. The file must be on the disk already.
    public func addRawFile(_ file: RawFile, run: UUIDv7) async throws(StoreError) {
        try await self.commit("note raw file \(file.path)") {
            try RawFileTable.insert(file, run: run, result: nil, in: $0)
        }
    }

    public func rawFiles(of run: UUIDv7) async throws(StoreError) -> [RawFile] {
        try await self.read("list the raw files of run \(run)") { try RawFileTable.files(of: run, in: $0) }
    }
}
