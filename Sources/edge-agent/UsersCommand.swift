public import ArgumentParser
import Demo
public import DeviceKit
import EdgeAgent
import Protocols

struct UsersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "users", abstract: "Who may use the console.",
        discussion: """
            A viewer looks; an operator also answers, refills, stops and releases; an engineer also reads the audit trail.
            """,
        subcommands: [List.self, Invite.self, SetRole.self, Remove.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "All users.")

        @OptionGroup var agent: AgentSelection

        @Flag(help: "Print a JSON array.")
        var json = false

        func run() async throws {
            try await reporting {
                try await self.agent.withAgent { access in
                    let users: [UserReport] = try await access.ask(.users)
                    if self.json { return try StandardStream.output.writeJSON(users) }
                    var table = TextTable(heading: ["USER", "ROLE"], alignments: [.left, .left])
                    for user in users { table.add([user.name, user.role.rawValue]) }
                    StandardStream.output.write(
                        table, orIfEmpty: "Nobody yet; the agent prints a code for the first one when it starts.")
                }
            }
        }
    }

    struct Invite: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a code by which a person becomes a user.",
            discussion: "The person opens the console's page /enrol, and chooses a password there.")

        @Argument(help: "The user's name, as the audit trail shows it.")
        var name: String

        @Option(help: "viewer, operator or engineer.")
        var role = Role.operator

        @OptionGroup var change: UserChangeOptions

        func run() async throws {
            try await self.change.ask { person in
                .invite(user: self.name, role: self.role, person: person)
            } told: {
                let code = $0["code"]?.string ?? ""
                return "\(code)\n\(self.name) enrols with it within \($0["hours"]?.integer ?? 0) hours, once."
            }
        }
    }

    struct SetRole: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "role", abstract: "Change what a user may do.")

        @Argument(help: "The user's name.")
        var name: String

        @Argument(help: "viewer, operator or engineer.")
        var role: Role

        @OptionGroup var change: UserChangeOptions

        func run() async throws {
            try await self.change.ask { person in
                .setRole(user: self.name, role: self.role, person: person)
            } told: { _ in
                "\(self.name) is \(self.role.rawValue) now."
            }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Remove a user, whose sessions end at once.")

        @Argument(help: "The user's name.")
        var name: String

        @OptionGroup var change: UserChangeOptions

        func run() async throws {
            try await self.change.ask { person in
                .removeUser(self.name, person: person)
            } told: { _ in
                "\(self.name) is no user any more."
            }
        }
    }
}

/// What all changes of users take.
struct UserChangeOptions: ParsableArguments {
    @OptionGroup var agent: AgentSelection
    @OptionGroup var person: PersonOption

    @Flag(help: "Print one JSON object.")
    var json = false

    func ask(_ request: (String) -> OperatorRequest, told words: (JSONValue) -> String) async throws {
        try await reporting {
            try await self.agent.withAgent(mayBegin: true) { access in
                let answer = try await access.ask(request(self.person.name))
                StandardStream.output.writeLine(self.json ? answer.text() : words(answer))
            }
        }
    }
}

extension Role: ExpressibleByArgument {}
