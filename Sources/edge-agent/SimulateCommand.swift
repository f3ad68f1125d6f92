import ArgumentParser
import Demo
import DeviceKit
import EdgeAgent
import FoundationEssentials
import Methods
import Protocols
import Simulators

struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Simulate all devices of a lab in one physical world, until told to end.",
        discussion: """
            Prints where each device listens. Liquids flow through the tubing as the lab's description draws it, mix, and \
            arrive in cells and vials; what is measured follows from what arrived. Where people carry samples, somebody does \
            that, too.

            With --faults devices misbehave by a plan, one to a line: 90s A0 lies. Times are lab time. A device can be told \
            to be silent, that it lies (says done and did not), to be mute (does and does not say so), that it slips (a pump \
            counts strokes that its plunger does not make), overload, loses-power, hangs-up, and behaves. Densimeters know \
            bubble, never-warm and ball-sticks, instruments that exchange files half-file and foreign-file. For lines that \
            misbehave see `edge-agent proxy`.
            """)

    @Option(help: "A lab of the folder labs, or the path of a description.")
    var lab: String

    @Option(help: "Lab seconds per second.")
    var speed = 1.0

    @Option(help: "Seed of the noise of what is measured.")
    var seed: UInt64 = 1

    @Option(help: "File for what really happens, one JSON object per line.", completion: .file())
    var events: String?

    @Option(
        help: "File that says which devices misbehave, how and when; - takes lines from standard input, at once.",
        completion: .file())
    var faults: String?

    @Flag(help: "Print one JSON object per line.")
    var json = false

    @Flag(help: ArgumentHelp("End when standard input ends, too.", visibility: .hidden))
    var attached = false

    @Option(
        help: ArgumentHelp("State directory of the agent that asks, if it is not the lab's own.", visibility: .hidden))
    var state: String?

    func validate() throws {
        guard self.speed.isFinite, self.speed > 0 else { throw ValidationError("--speed must be above 0") }
        guard self.faults != "-" || !self.attached else {
            throw ValidationError("--faults - and --attached exclude each other")
        }
    }

    func run() async throws {
        do {
            let description = try LabDescription(contentsOf: LabFile.path(of: self.lab))
            let lab = try SimulatedLab(
                SimulatedLab.Description(simulating: description), speed: self.speed, seed: self.seed)
            let plan = try self.faults.flatMap { $0 == "-" ? nil : try Self.plan(in: $0, for: lab) }
            let recording = try self.events.map { path in
                let file = try EventFile(creating: path)
                return Task { try await file.write(lab.world) }
            }
            let endpoints = try await lab.start()
            self.tell(endpoints)
            let misleading = Task {
                await Self.report { () async throws in try await plan?.run(on: lab) }
                if self.faults == "-" { await Self.takeFaults(for: lab) }
            }
            let person = self.person(in: description, at: lab)
            defer { person?.cancel() }
            _ = await WorkEnd.wait(watchingInput: self.attached)
            misleading.cancel()
            await lab.stop()
            recording?.cancel()
            try await recording?.value
        } catch let code as ExitCode {
            throw code
        } catch {
            throw ExitCode(reporting: error)
        }
    }

    private static func plan(in path: String, for lab: SimulatedLab) throws -> MisbehaviourPlan {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            StandardStream.error.writeLine("edge-agent: \(path): cannot be read as UTF-8 text")
            throw ExitCode(.inputOutput)
        }
        do {
            let plan = try MisbehaviourPlan(parsing: text)
            try lab.check(plan)
            return plan
        } catch {
            StandardStream.error.writeLine("edge-agent: \(path): \(error)")
            throw ExitCode(.badData)
        }
    }

    private static func takeFaults(for lab: SimulatedLab) async {
        for await line in StandardInput.lines() {
            await Self.report { () async throws in try await MisbehaviourPlan(parsing: line).run(on: lab) }
        }
    }

    /// A device that cannot be told so is no reason to end.
    private static func report(_ body: () async throws -> Void) async {
        do {
            try await body()
        } catch {
            StandardStream.error.writeLine("edge-agent: \(error)")
        }
    }

    /// Who does in the simulation what people do in the lab; nil where nothing is asked of them.
    private func person(in lab: LabDescription, at devices: SimulatedLab) -> Task<Void, Never>? {
        guard lab.model.methods.contains(where: \.isManual) || lab.model.densimeter?.isStartedByHand == true else {
            return nil
        }
        let person = SimulatedOperator(
            stateDirectory: self.state ?? lab.configuration.stateDirectory, clock: LabClock(speed: self.speed),
            seed: self.seed
        ) { device, method, sample in await devices.startDensimeter(device, method: method, sample: sample) }
        return Task { await person.run() }
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
