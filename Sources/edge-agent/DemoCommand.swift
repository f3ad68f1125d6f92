import ArgumentParser
import Demo
import DeviceKit
import Logging
import Protocols

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Show the main job on simulated hardware, from request to delivered result.",
        discussion: """
            Seven requests wait at a broker. The agent serves six of them with simulated pumps, valves and a potentiostat, \
            and leaves one alone that the stock solutions cannot reach. Ends with a table, and a plot in demo/. The exit \
            code is 0 only if every result arrived once and agrees with what was true in the simulated lab.
            """)

    @Option(help: "A lab of the folder labs, or the path of a description.")
    var lab = "asab"

    @Option(help: "Lab seconds per second.")
    var speed = Demonstration.standardSpeed

    @Option(help: "Seed of the noise of what is measured.")
    var seed: UInt64 = 1

    @Option(help: "Folder for all that is written, to look at afterwards.", completion: .directory)
    var output: String?

    @Option(help: "Ask for these of each of three samples: density, viscosity, conductivity, with commas between them.")
    var quantities: String?

    @Flag(help: "Print nothing but one JSON object at the end.")
    var json = false

    func validate() throws {
        guard self.speed.isFinite, self.speed > 0 else { throw ValidationError("--speed must be above 0") }
    }

    func run() async throws {
        // What is worth knowing comes as events; the log would run through the display.
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = .error
            return handler
        }
        do {
            let demonstration = try Demonstration(
                labFile: LabFile.path(of: self.lab), speed: self.speed, seed: self.seed, isQuiet: self.json,
                quantities: self.quantities.map { $0.split(separator: ",").map(String.init) }, output: self.output)
            let report = try await Self.untilInterrupted { try await demonstration.run() }
            StandardStream.output.write(self.json ? report.json.text() + "\n" : "\n" + report.table)
            guard report.isGood else { throw ExitCode(65) }
        } catch let code as ExitCode {
            throw code
        } catch {
            throw ExitCode(reporting: error)
        }
    }

    /// Lets the work clean up behind itself when a signal ends it.
    private static func untilInterrupted(_ work: @escaping @Sendable () async throws -> DemoReport) async throws
        -> DemoReport
    {
        try await withThrowingTaskGroup(of: DemoReport?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                _ = await WorkEnd.wait()
                return nil
            }
            guard let report = try await group.next() ?? nil else {
                group.cancelAll()
                try? await group.waitForAll()
                StandardStream.error.writeLine("edge-agent: interrupted; the simulated lab and the broker are ended")
                throw ExitCode(130)
            }
            group.cancelAll()
            return report
        }
    }
}
