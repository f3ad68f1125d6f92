import ArgumentParser
import Demo
import DeviceKit
import EdgeAgent
import Protocols
import Simulators

struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Simulate all devices of a lab in one physical world, until told to end.",
        discussion: """
            Prints where each device listens. Liquids flow through the tubing as the lab's description draws it, mix, and \
            arrive in cells and vials; what is measured follows from what arrived.
            """)

    @Option(help: "A lab of the folder labs, or the path of a description.")
    var lab: String

    @Option(help: "Lab seconds per second.")
    var speed = 1.0

    @Option(help: "Seed of the noise of what is measured.")
    var seed: UInt64 = 1

    @Option(help: "File for what really happens, one JSON object per line.", completion: .file())
    var events: String?

    @Flag(help: "Print one JSON object per line.")
    var json = false

    @Flag(help: ArgumentHelp("End when standard input ends, too.", visibility: .hidden))
    var attached = false

    func validate() throws {
        guard self.speed.isFinite, self.speed > 0 else { throw ValidationError("--speed must be above 0") }
    }

    func run() async throws {
        do {
            let description = try LabDescription(contentsOf: LabFile.path(of: self.lab))
            let lab = try SimulatedLab(
                SimulatedLab.Description(simulating: description), speed: self.speed, seed: self.seed)
            let recording = try self.events.map { path in
                let file = try EventFile(creating: path)
                return Task { try await file.write(lab.world) }
            }
            let endpoints = try await lab.start()
            self.tell(endpoints)
            _ = await WorkEnd.wait(watchingInput: self.attached)
            await lab.stop()
            recording?.cancel()
            try await recording?.value
        } catch {
            throw ExitCode(reporting: error)
        }
    }

    private func tell(_ endpoints: [SimulatedEndpoint]) {
        for one in endpoints {
            let line: JSONValue = [
                "device": .string(one.device), "kind": .string(one.kind), "endpoint": .string("\(one.endpoint)"),
            ]
            StandardStream.output.writeLine(
                self.json ? line.text() : "\(one.device)\t\(one.kind)\t\(one.endpoint)")
        }
        guard !self.json else { return }
        StandardStream.output.writeLine("Simulating \(self.lab) at \(self.speed) times real time; end with Ctrl-C.")
    }
}

extension ExitCode {
    /// Says on standard error what went wrong, and ends with the code that stands for it.
    init(reporting error: any Error) {
        StandardStream.error.writeLine("edge-agent: \(error)")
        self.init(Self.code(of: error))
    }

    private static func code(of error: any Error) -> Int32 {
        switch error {
        case is SourceDiagnostics, is LabFile.NotFound, is WorldDescriptionError, is SimulatedLabError: 78
        case let failure as DemonstrationFailure: failure.exitCode
        case is CancellationError: 130
        default: 74
        }
    }
}
