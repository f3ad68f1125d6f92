import ArgumentParser

@main
struct EdgeAgentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edge-agent", abstract: "One agent that runs a battery laboratory's instruments.",
        discussion: """
            Exit codes, everywhere the same: 0 done, 64 command line, 65 bad data, 69 broker or device unavailable, \
            74 input/output, 78 bad configuration, 130 interrupted. Every verb takes --json.
            """,
        groupedSubcommands: [
            CommandGroup(name: "Main", subcommands: [DemoCommand.self, RunCommand.self]),
            CommandGroup(name: "Checking", subcommands: [CheckCommand.self, DoctorCommand.self, PlanCommand.self]),
            CommandGroup(
                name: "Operator",
                subcommands: [
                    HaltCommand.self, PromptsCommand.self, RunsCommand.self, PendingCommand.self, OutboxCommand.self,
                    StockCommand.self, CalibrateCommand.self, CalibrationsCommand.self, DevicesCommand.self,
                    DeviceCommand.self, ReadingsCommand.self,
                    IncidentsCommand.self, AuditCommand.self, UsersCommand.self,
                ]),
            CommandGroup(
                name: "Simulation", subcommands: [SimulateCommand.self, BrokerCommand.self, ProxyCommand.self]),
        ])
}
