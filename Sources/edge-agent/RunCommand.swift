import ArgumentParser
import Console
import Demo
import DeviceKit
import EdgeAgent
import Glibc
import Protocols
import Store
import UnixSignals

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Take requests from the broker and have the lab serve them, until told to end.",
        discussion: """
            Ctrl-C or SIGTERM ends it cleanly: a run under way is stopped, the hardware is left at rest, the journal \
            closed. A second Ctrl-C ends it at once.
            """)

    @OptionGroup var agent: AgentSelection

    @Option(help: "The broker's address, in place of the description's.")
    var broker: String?

    @Option(help: "The user at the broker, in place of the description's.")
    var user: String?

    @Option(help: "File with the user's password, in place of the description's.", completion: .file())
    var passwordFile: String?

    @Option(
        help: "Where a simulated lab listens: what `edge-agent simulate --json` printed.", completion: .file())
    var links: String?

    @Option(help: "Lab seconds per second, for simulated labs.")
    var speed = 1.0

    @Flag(help: "End with 69 if a device does not answer at the start, rather than ask it again until it does.")
    var noWait = false

    @Option(help: "Where the console listens, `127.0.0.1:8080`, in place of the description's.")
    var console: String?

    @Flag(help: "Serve no console.")
    var noConsole = false

    @Flag(help: "Print one JSON object per event.")
    var json = false

    @Flag(help: "Print each point of a measurement, too.")
    var verbose = false

    @Flag(help: ArgumentHelp("End when standard input ends, too.", visibility: .hidden))
    var attached = false

    func validate() throws {
        guard self.speed.isFinite, self.speed > 0 else { throw ValidationError("--speed must be above 0") }
        guard self.speed == 1 || self.links != nil else {
            throw ValidationError("--speed is for simulated labs: it needs --links")
        }
        guard self.console == nil || !self.noConsole else {
            throw ValidationError("--console and --no-console exclude each other")
        }
        if let broker, !broker.hasPrefix("http://"), !broker.hasPrefix("https://") {
            throw ValidationError("--broker: “\(broker)” must begin with http:// or https://")
        }
    }

    func run() async throws {
        Agent.keepFewHeaps()
        try await reporting {
            let lab = try LabDescription(contentsOf: self.agent.configuration())
            for warning in lab.warnings { StandardStream.error.writeLine(warning.listing) }
            let links = try self.links.map { path in try LinkList(contentsOf: path).links } ?? [:]
            for name in links.keys.sorted() where !lab.configuration.devices.contains(where: { $0.name == name }) {
                StandardStream.error.writeLine("edge-agent: \(self.links ?? ""): the lab has no device \(name)")
            }
            var options = AgentOptions(
                lab: lab, links: links, clock: LabClock(speed: self.speed), stateDirectory: self.agent.state,
                brokerURL: self.broker, user: self.user, passwordFile: self.passwordFile,
                console: try self.consoleOptions(for: lab.configuration))
            options.waitsForDevices = !self.noWait
            let agent = Agent(options, observe: self.tell)
            let status = try await self.runUntilToldToEnd(agent)
            guard status == .done else { throw ExitCode(status) }
        }
    }

    /// Where nobody has chosen an address, any free one of this machine will do.
    private func consoleOptions(for lab: LabConfiguration) throws -> ConsoleOptions? {
        guard !self.noConsole else { return nil }
        var options = lab.console ?? ConsoleOptions(mayTakeAnotherPort: true)
        if let console {
            guard let chosen = ConsoleOptions(listening: console) else {
                throw ValidationError("--console: “\(console)” is no address and port, 127.0.0.1:8080 for example")
            }
            (options.host, options.port, options.mayTakeAnotherPort) = (chosen.host, chosen.port, false)
        }
        options.lab = lab.name
        return options
    }

    private func tell(_ event: AgentEvent) {
        let time = Moment.now().text
        if self.json {
            StandardStream.output.writeLine(event.json(at: time).text())
        } else if self.verbose || event.name != "step.progress" {
            StandardStream.output.writeLine(event.line(at: time))
        }
    }

    /// The first signal is a wish, the second an order.
    private func runUntilToldToEnd(_ agent: Agent) async throws -> ExitStatus {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        let work = Task { try await agent.run() }
        let listening = Task {
            var first: UnixSignal?
            for await signal in signals {
                guard first == nil else { _exit(ExitStatus.interrupted.rawValue) }
                first = signal
                StandardStream.error.writeLine("edge-agent: ending; the hardware is brought to rest")
                work.cancel()
            }
            return first
        }
        let attachment =
            self.attached
            ? Task {
                _ = await WorkEnd.wait(watchingInput: true); work.cancel()
            } : nil
        let result = await work.result
        attachment?.cancel()
        listening.cancel()
        let signal = await listening.value
        try result.get()
        return signal == .sigint ? .interrupted : .done
    }
}
