import ArgumentParser
import Broker
import Demo
import FoundationEssentials
import Logging
import Protocols

struct BrokerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "broker", abstract: "Run a development broker, compatible with FINALES 2, until told to end.",
        discussion: """
            It speaks plain HTTP on the loopback address. Without --seed it knows the users lab and demo, whose passwords \
            are their names: never let others reach it.
            """)

    @Option(help: "Port; 0 takes any free one.")
    var port = 13371

    @Option(
        help: "File of the database; users stand beside it in users.db. Without it, all is forgotten at the end.",
        completion: .file())
    var database: String?

    @Option(help: "JSON file with users, capabilities and tenants.", completion: .file())
    var seed: String?

    @Flag(help: "Do right what the original does wrong.")
    var strict = false

    @Flag(help: "Print the address as a JSON object.")
    var json = false

    @Flag(help: ArgumentHelp("End when standard input ends, too.", visibility: .hidden))
    var attached = false

    func validate() throws {
        guard (0...65535).contains(self.port) else { throw ValidationError("--port must be from 0 to 65535") }
    }

    func run() async throws {
        let seed = try self.seed.map(Self.read) ?? .development
        var logger = Logger(label: "broker") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .notice
        let json = self.json
        do {
            let broker = try DevelopmentBroker(
                BrokerConfiguration(port: self.port, databasePath: self.database, strict: self.strict, seed: seed),
                logger: logger)
            try await broker.runUntilToldToEnd(watchingInput: self.attached, logger: logger) { url in
                let line: JSONValue = ["url": .string(url)]
                StandardStream.output.writeLine(json ? line.text() : "Broker at \(url); end with Ctrl-C.")
            }
        } catch {
            throw ExitCode(reporting: error)
        }
    }

    private static func read(_ path: String) throws -> BrokerSeed {
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            StandardStream.error.writeLine(
                "edge-agent: \(path): cannot be read as UTF-8 text; check path and permissions")
            throw ExitCode(74)
        }
        do {
            return try BrokerSeed(parsing: JSONValue(parsing: text))
        } catch {
            StandardStream.error.writeLine("edge-agent: \(path): \(error)")
            throw ExitCode(65)
        }
    }
}
