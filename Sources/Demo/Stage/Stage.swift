import Glibc
import Protocols

/// The simulated lab and the broker of a demonstration, each a program of its own, so that what this program takes up in
/// memory is the agent's.
struct Stage: Sendable {
    let lab: ChildProgram
    let broker: ChildProgram
    /// By device name.
    let links: [String: String]
    let brokerURL: String

    private static let patience = Duration.seconds(30)

    /// Starts both and waits until they listen.
    static func open(
        _ folder: DemoFolder, labFile: String, deviceCount: Int, speed: Double, seed: UInt64
    ) async throws(DemonstrationFailure) -> Stage {
        guard let executable = LabFile.executable else {
            throw DemonstrationFailure(69, "/proc/self/exe cannot be read; mount /proc")
        }
        let broker = try ChildProgram(
            "the broker", executable: executable,
            arguments: [
                "broker", "--port", "0", "--seed", folder.seed, "--database", folder.database, "--json", "--attached",
            ],
            log: folder.brokerLog)
        let lab: ChildProgram
        do throws(DemonstrationFailure) {
            lab = try ChildProgram(
                "the simulated lab", executable: executable,
                arguments: [
                    "simulate", "--lab", labFile, "--speed", "\(speed)", "--seed", "\(seed)", "--events", folder.events,
                    "--json", "--attached", "--state", folder.state,
                ],
                log: folder.labLog)
        } catch {
            await broker.end()
            throw error
        }
        do throws(DemonstrationFailure) {
            var links: [String: String] = [:]
            for line in try await Self.read(deviceCount, from: lab) {
                links[line["device"]?.string ?? ""] = line["endpoint"]?.string
            }
            guard let url = try await Self.read(1, from: broker).first?["url"]?.string else {
                throw DemonstrationFailure(69, "the broker does not say where it listens")
            }
            return Stage(lab: lab, broker: broker, links: links, brokerURL: url)
        } catch {
            await lab.end()
            await broker.end()
            throw error
        }
    }

    func close() async {
        await self.lab.end()
        await self.broker.end()
    }

    /// Throws once one of the two has ended by itself; returns when the calling task is cancelled.
    func watch() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for child in [self.lab, self.broker] {
                group.addTask {
                    guard let code = await child.codeAtEnd() else { return }
                    throw DemonstrationFailure(69, "\(child.name) ended with code \(code); see \(child.log)")
                }
            }
            try await group.next()
            group.cancelAll()
        }
    }

    /// The first lines that a program prints, as JSON.
    private static func read(_ count: Int, from child: ChildProgram) async throws(DemonstrationFailure) -> [JSONValue] {
        let lines = await withTaskGroup(of: [String]?.self, returning: [String]?.self) { group in
            group.addTask { await child.lines.prefix(count).reduce(into: []) { $0.append($1) } }
            group.addTask {
                try? await ContinuousClock().sleep(for: Self.patience)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
        let values = (lines ?? []).compactMap { try? JSONValue(parsing: $0) }
        guard values.count == count else {
            throw DemonstrationFailure(69, "\(child.name) did not start within \(Self.patience); see \(child.log)")
        }
        return values
    }
}
