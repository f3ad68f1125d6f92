import ArgumentParser

@main
struct EdgeAgentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edge-agent", abstract: "One agent that runs a battery laboratory's instruments.",
        subcommands: [SimulateCommand.self, BrokerCommand.self, ScratchRun.self])
}
