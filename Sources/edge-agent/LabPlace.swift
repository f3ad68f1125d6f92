import ArgumentParser
import DeviceKit
import EdgeAgent

/// Where the devices are, for verbs that speak to them when no agent runs.
struct LabPlace: ParsableArguments {
    @Option(
        help: "Where a simulated lab listens: what `edge-agent simulate --json` printed.", completion: .file())
    var links: String?

    /// The devices of a description; nothing is opened yet.
    func laboratory(_ configuration: String) throws -> Laboratory {
        let links = try self.links.map { path in try LinkList(contentsOf: path).links } ?? [:]
        return try Laboratory(LabDescription(contentsOf: configuration), links: links, clock: LabClock())
    }
}
