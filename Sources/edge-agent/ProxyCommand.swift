import ArgumentParser
import Demo
import DeviceKit
import EdgeAgent
import FoundationEssentials
import Links
import Protocols

struct ProxyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proxy", abstract: "Stand between an agent and a device, and misbehave as told.",
        discussion: """
            Forwards bytes in both directions until told to end. A fault is a name with parameters. As in Toxiproxy:
              latency latency=100ms jitter=20ms      down
              bandwidth rate=960B/s                  slow_close delay=1s
              timeout timeout=0s                     reset_peer timeout=0s
              slicer average_size=3 delay=1ms        limit_data bytes=100
            What serial lines do to bytes:
              drop rate=0.01        double rate=0.01      corrupt rate=0.01
              garbage longest=8 rate=0.1 place=before|inside|after
              flood bytes=1000000   late by=2s rate=0.1   silence after=20
            Each takes stream=upstream (to the device) or downstream (from it, usual), and toxicity=0.5, the share of \
            connections that have it.

            A schedule says when a fault comes and how long it lasts, one to a line: 12s+300ms drop rate=0.05. --draw draws \
            one from the seed and prints it; the same seed draws the same. --record keeps all traffic; --replay stands in for \
            the device and gives an agent again what it was given then.
            """)

    @Option(help: "Where the agent connects: tcp://127.0.0.1:9000 (port 0 takes a free one) or tty:///tmp/gauge.")
    var from: String

    @Option(help: "The device: tcp://host:port or tty:///dev/ttyACM0.")
    var to: String?

    @Option(help: "Rate of the device's serial line.")
    var baud = 115_200

    @Option(help: "A fault from the beginning; may be given again.")
    var fault: [String] = []

    @Option(help: "File of a schedule.", completion: .file())
    var schedule: String?

    @Option(help: "Draw a schedule of so many faults from the seed.")
    var draw: Int?

    @Option(help: "Time in which the faults that are drawn begin.")
    var within = "30s"

    @Option(help: "Seed of every chance: the same seed and bytes meet the same fate.")
    var seed: UInt64 = 1

    @Option(help: "File for all that passes, one JSON object per line.", completion: .file())
    var record: String?

    @Option(help: "File of such a record, in place of a device.", completion: .file())
    var replay: String?

    @Flag(help: "Take faults from standard input, too: each line adds one, “clear” takes all away.")
    var interactive = false

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        guard (self.to == nil) != (self.replay == nil) else {
            throw ValidationError("Say either which device is meant, --to, or which record stands in for it, --replay.")
        }
        guard
            [self.schedule != nil, self.draw != nil, self.interactive || !self.fault.isEmpty].count(where: \.self) <= 1
        else { throw ValidationError("Give faults by one of --fault (and --interactive), --schedule and --draw.") }
        guard (0...1000).contains(self.draw ?? 0) else { throw ValidationError("--draw must be from 0 to 1000") }
        guard let within = try? Duration(parsing: self.within), within > .zero else {
            throw ValidationError("--within must be a time such as 30s")
        }
        do {
            if let to { try Self.checkLine(to) }
            if self.hostOfFreePort == nil { try Self.checkLine(self.from) }
            for fault in self.fault { _ = try LinkFault(parsing: fault) }
        } catch {
            throw ValidationError("\(error)")
        }
    }

    /// Folders and the kernel's CAN interfaces are no lines on which bytes could be damaged.
    private static func checkLine(_ text: String) throws {
        switch try LinkEndpoint(parsing: text) {
        case .tcp, .tty: return
        case .can, .folder:
            throw ValidationError("\(text): a proxy stands between two ends of a tcp:// or tty:// line")
        }
    }

    func run() async throws {
        do {
            try await self.stand()
        } catch let error as LinkOpeningError {
            StandardStream.error.writeLine("edge-agent: \(error)")
            throw ExitCode(error.reason == .misconfigured ? .inputOutput : .unavailable)
        } catch let error as Transcript.Invalid {
            StandardStream.error.writeLine("edge-agent: \(self.replay ?? ""): \(error)")
            throw ExitCode(.badData)
        } catch let error as LinkFault.Invalid {
            StandardStream.error.writeLine("edge-agent: \(self.schedule ?? ""): \(error)")
            throw ExitCode(.badData)
        }
    }

    private func stand() async throws {
        let faults = try self.fault.map { try LinkFault(parsing: $0) }
        let schedule = try self.planned()
        let replayed = try self.replay.map { path in
            try ReplayedDevice(try Transcript(parsing: try Self.text(of: path))) { remark in
                StandardStream.error.writeLine("edge-agent: \(remark)")
            }
        }
        let device = try replayed?.endpoint ?? LinkEndpoint(parsing: self.to ?? "")
        let name = self.replay.map { "the record \($0)" } ?? "\(device)"
        let told = faults.map(\.description) + (schedule?.description.split(separator: "\n").map(String.init) ?? [])
        let recorder = try self.record.map {
            try TranscriptRecorder(creating: $0, Transcript.Header(device: name, seed: self.seed, faults: told))
        }
        let proxy = FaultProxy(
            to: device.transport(serial: SerialSettings(baud: self.baud)), seed: self.seed, tap: recorder?.tap)
        let endpoint = try await self.open(proxy)
        try await proxy.set(faults)
        let working = Task {
            do {
                try await schedule?.run(on: proxy)
            } catch {
                StandardStream.error.writeLine("edge-agent: the schedule cannot go on: \(error)")
            }
            if self.interactive { await Self.listen(for: proxy, faults) }
        }
        _ = await WorkEnd.wait { self.tell(endpoint, name, told) }
        working.cancel()
        await proxy.shutDown()
        replayed?.shutDown()
        if let failure = recorder?.failure {
            StandardStream.error.writeLine("edge-agent: \(failure)")
            throw ExitCode(.inputOutput)
        }
    }

    private func planned() throws -> FaultSchedule? {
        if let schedule { return try FaultSchedule(parsing: try Self.text(of: schedule)) }
        return try self.draw.map { count in
            FaultSchedule(seed: self.seed, count: count, within: try Duration(parsing: self.within)) { random in
                LinkFault.drawn(using: &random)
            }
        }
    }

    private func tell(_ endpoint: LinkEndpoint, _ device: String, _ faults: [String]) {
        if self.json {
            let line: JSONValue = [
                "endpoint": .string("\(endpoint)"), "device": .string(device), "seed": .string("\(self.seed)"),
                "faults": .array(faults.map { .string($0) }),
            ]
            return StandardStream.output.writeLine(line.text())
        }
        for fault in faults { StandardStream.output.writeLine(fault) }
        StandardStream.output.writeLine("\(endpoint) leads to \(device), seed \(self.seed); end with Ctrl-C.")
    }

    private func open(_ proxy: FaultProxy) async throws -> LinkEndpoint {
        if let host = self.hostOfFreePort { return try await proxy.listen(host: host) }
        switch try LinkEndpoint(parsing: self.from) {
        case .tcp(let host, let port): return try await proxy.listen(host: host, port: port)
        case .tty(let path): return try await proxy.openPseudoTerminal(at: path)
        case .can, .folder: throw ValidationError("\(self.from) is no line")
        }
    }

    /// An endpoint of a device has no port 0; here it stands for any that is free.
    private var hostOfFreePort: String? {
        self.from.hasPrefix("tcp://") && self.from.hasSuffix(":0") ? String(self.from.dropFirst(6).dropLast(2)) : nil
    }

    private static func text(of path: String) throws -> String {
        do {
            return try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            StandardStream.error.writeLine("edge-agent: \(path): cannot be read as UTF-8 text")
            throw ExitCode(.inputOutput)
        }
    }

    private static func listen(for proxy: FaultProxy, _ initial: [LinkFault]) async {
        var faults = initial
        for await line in StandardInput.lines() where !line.isEmpty {
            do {
                if line == "clear" { faults = [] } else { faults.append(try LinkFault(parsing: line)) }
                try await proxy.set(faults)
            } catch {
                StandardStream.error.writeLine("edge-agent: \(error)")
            }
        }
    }
}
