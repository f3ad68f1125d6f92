public import DeviceKit
public import Links
import Protocols

/// A densimeter that a person starts at its keys, and whose results come as CSV files in a folder that it exports to. The
/// agent starts nothing, and takes what bears the sample's name.
public actor ExportFolderDensimeter: Viscometer {
    public nonisolated let name: String
    private let link: FolderLink
    private let clock: LabClock
    private let longest: Duration
    private let margin: Duration

    /// - Parameters:
    ///   - link: one that takes no orders.
    ///   - longest: lab time from a person's word to the result.
    ///   - margin: wall time beyond that.
    public init(
        name: String, link: FolderLink, longest: Duration = .seconds(3600), margin: Duration = .seconds(30),
        clock: LabClock = LabClock()
    ) {
        self.name = name
        self.link = link
        self.longest = longest
        self.margin = margin
        self.clock = clock
    }

    /// Looks at the folder; what is behind it cannot be asked.
    public func identify() async throws(DeviceError) -> DeviceIdentity {
        try await self.link.beginWatching()
        return DeviceIdentity(vendor: "Anton Paar", model: "export folder, started by hand")
    }

    /// Nothing: what a person started, a person stops, and it moves nothing that could do harm.
    public func stop() {}

    public func measure(
        _ order: DensimetryOrder, sample: String, notice: @Sendable (String) -> Void,
        keep: @Sendable (RawRecord) throws(DeviceError) -> Void
    ) async throws(DeviceError) -> [DensimetryReading] {
        try await self.link.watch("measure \(sample)", isMissed: { Self.isNamed($0, sample) }) {
            exchange throws(DeviceError) in
            try await self.await(sample, exchange, notice, keep)
        }
    }

    private func await(
        _ sample: String, _ exchange: FolderExchange, _ notice: (String) -> Void,
        _ keep: (RawRecord) throws(DeviceError) -> Void
    ) async throws(DeviceError) -> [DensimetryReading] {
        let deadline = ContinuousClock.now + self.clock.wall(self.longest) + self.margin
        var foreign: [String] = []
        while let file = try await exchange.nextFile(until: deadline, isComplete: ResultFile.isComplete) {
            guard Self.isOurs(file, sample) else {
                notice("\(file.name), \(file.bytes.count) bytes, is not of sample \(sample); it stays where it is")
                foreign.append(file.name)
                continue
            }
            try keep(RawRecord(name: file.name, bytes: file.bytes))
            try await self.requireNoSecond(besides: file, sample, exchange, notice)
            return try self.readings(in: file, sample, notice)
        }
        let seen = foreign.isEmpty ? "" : "; these came instead: \(foreign.joined(separator: ", "))"
        throw self.error(
            .timedOut, sample, "no result of that name within \(self.longest) of lab time\(seen)",
            "See whether it was started under this name, and whether the instrument exports to \(self.link.path).")
    }

    /// A second result of a sample may be of another filling; which is meant, nobody can say.
    private func requireNoSecond(
        besides file: FolderExchange.File, _ sample: String, _ exchange: FolderExchange, _ notice: (String) -> Void
    ) async throws(DeviceError) {
        var others = try await exchange.newNames().filter { $0 != file.name && Self.isNamed($0, sample) }
        while let more = try await exchange.nextFile(until: .now, isComplete: ResultFile.isComplete) {
            if !Self.isOurs(more, sample) {
                notice("\(more.name), \(more.bytes.count) bytes, is not of sample \(sample); it stays where it is")
            } else if !others.contains(more.name) {
                others.append(more.name)
            }
        }
        guard others.isEmpty else {
            throw self.error(
                .mismatch, sample, "two results for one sample: \(([file.name] + others).joined(separator: ", "))",
                "All files are still in the folder. Find out who measured this sample a second time.")
        }
    }

    private func readings(
        in file: FolderExchange.File, _ sample: String, _ notice: (String) -> Void
    ) throws(DeviceError) -> [DensimetryReading] {
        let result = try ResultFile(file).result(notice) { self.error(.garbled, sample, $0, $1) }
        let strange = result.samples.filter { $0.lowercased() != sample.lowercased() }
        guard strange.isEmpty else {
            throw self.error(
                .mismatch, sample, "\(file.name) is of sample \(strange.sorted().joined(separator: ", "))",
                "The file is kept as it came. Have the instrument export each sample by itself, under its own name.")
        }
        return result.readings
    }

    /// By what a file says inside; by its name where it says nothing.
    private static func isOurs(_ file: FolderExchange.File, _ sample: String) -> Bool {
        Self.isTable(file.name) && (ResultFile(file).isOf(sample) || Self.isNamed(file.name, sample))
    }

    /// An instrument prints its report as PDF into the same folder.
    private static func isTable(_ name: String) -> Bool { name.lowercased().hasSuffix(".csv") }

    private static func isNamed(_ name: String, _ sample: String) -> Bool {
        let (name, sample) = (name.lowercased(), sample.lowercased())
        return Self.isTable(name) && (name == "\(sample).csv" || name.hasPrefix("\(sample)_"))
    }

    private func error(
        _ code: DeviceError.Code, _ sample: String, _ detail: String, _ advice: String
    ) -> DeviceError {
        DeviceError(code, device: self.name, command: "measure \(sample)", detail, advice: advice)
    }
}
