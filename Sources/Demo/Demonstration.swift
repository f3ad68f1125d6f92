public import DeviceKit
import EdgeAgent
import Methods
import Simulators

/// The main job on simulated hardware: requests wait at a broker, the agent takes them, the lab serves them, and the
/// results are compared with what was true.
public struct Demonstration: Sendable {
    /// Lab seconds per second. What the devices and the broker take in wall time is more than half of the whole at this
    /// speed, so that more of it gains little.
    public static let standardSpeed = 250.0

    let lab: LabDescription
    let labFile: String
    let speed: Double
    let seed: UInt64
    let isQuiet: Bool
    /// What is asked for of each sample; nil for the campaign of conductivities.
    private let quantities: [String]?
    private let output: String?

    /// - Parameters:
    ///   - labFile: the lab's description.
    ///   - isQuiet: nothing is shown; otherwise progress on standard output, redrawn when that is a terminal.
    ///   - quantities: asked for of each of three samples, `density` for example; nil for the campaign of conductivities.
    ///   - output: folder for all that the demonstration writes; nil keeps the plot alone, in `demo`.
    public init(
        labFile: String, speed: Double = Self.standardSpeed, seed: UInt64 = 1, isQuiet: Bool = false,
        quantities: [String]? = nil, output: String? = nil
    ) throws(SourceDiagnostics) {
        self.lab = try LabDescription(contentsOf: labFile)
        self.labFile = labFile
        self.speed = speed
        self.seed = seed
        self.isQuiet = isQuiet
        self.quantities = quantities
        self.output = output
    }

    /// Runs it from start to end. All that it started has ended when this returns or throws, also when the task is
    /// cancelled.
    ///
    /// - Throws: `DemonstrationFailure` when it could not come to an end. A report of wrong results is no failure.
    public func run() async throws -> DemoReport {
        let folder = try DemoFolder(keeping: self.output)
        do {
            var report = try await self.run(in: folder)
            report.plot = try self.plot(report)
            if report.isGood { folder.removeIfTemporary() } else { report.keptIn = folder.path }
            return report
        } catch {
            // A failure leaves its logs to be looked at.
            guard Task.isCancelled else { throw error }
            folder.removeIfTemporary()
            throw CancellationError()
        }
    }

    private func run(in folder: DemoFolder) async throws -> DemoReport {
        let requests =
            if let quantities { try DemoRequest.campaign(of: quantities, in: self.lab) } else {
                try DemoRequest.campaign(in: self.lab)
            }
        try DemoAccounts.make(for: self.lab, in: folder)
        var display = ProgressDisplay(self.style, speed: self.speed)
        display.say("Starting the simulated lab \(self.lab.configuration.name) and a broker …")
        let stage = try await Stage.open(
            folder, labFile: self.labFile, deviceCount: self.lab.configuration.devices.count, speed: self.speed,
            seed: self.seed)
        do {
            let report = try await self.run(requests, on: stage, in: folder, &display)
            await stage.close()
            return report
        } catch {
            await stage.close()
            throw error
        }
    }

    private func run(
        _ requests: [DemoRequest], on stage: Stage, in folder: DemoFolder, _ display: inout ProgressDisplay
    ) async throws -> DemoReport {
        let requester = try Requester(
            brokerURL: stage.brokerURL, passwordFile: folder.password(of: Requester.user))
        let begin = ContinuousClock.now
        do {
            let ids = try await requester.post(requests)
            display.say(
                "\(ids.count) requests wait at \(stage.brokerURL); \(stage.links.count) devices run at "
                    + "\(self.speed.fixed(0)) times real time.")
            let titles = zip(ids, requests).map { (id: $0, title: $1.title) }
            let state = try await self.serve(titles, on: stage, in: folder, &display)
            let wall = ContinuousClock.now - begin
            let atBroker = (requests: try await requester.requests(ids), results: try await requester.results())
            await requester.close()
            return DemoReport(
                requests, ids: ids, state: state, atBroker: atBroker, world: try WorldRecord(reading: folder.events),
                liquids: WorldDescription.liquids(of: self.lab), wall: wall, speed: self.speed)
        } catch {
            await requester.close()
            throw error
        }
    }

    private func plot(_ report: DemoReport) throws(DemonstrationFailure) -> String {
        let folder = self.output ?? "demo"
        try DemoFolder.makeFolder(folder)
        let path = "\(folder)/conductivity.svg"
        try DemoFolder.write(ConductivityPlot(report, lab: self.lab).svg, to: path)
        return path
    }

    private var style: ProgressDisplay.Style {
        self.isQuiet ? .quiet : StandardStream.output.isTerminal ? .live : .plain
    }
}
