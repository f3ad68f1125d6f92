import EdgeAgent
import Methods
import Protocols

/// What the broker of a demonstration knows from the start: the agent's user, somebody who asks, and the lab as a tenant.
/// Passwords are drawn anew each time.
enum DemoAccounts {
    /// Writes the broker's seed and the files with the passwords.
    static func make(for lab: LabDescription, in folder: DemoFolder) throws(DemonstrationFailure) {
        let broker = lab.configuration.broker
        var users: [JSONValue] = []
        for user in [broker.user, Requester.user] {
            let password = Self.password()
            try DemoFolder.write(password + "\n", to: folder.password(of: user), isSecret: true)
            // Few rounds of hashing: nobody else can reach this broker.
            users.append(["username": .string(user), "password": .string(password), "cost": 4])
        }
        let seed: JSONValue = [
            "users": .array(users),
            "tenants": [
                [
                    "tenant_uuid": .string(broker.tenant), "name": .string(lab.configuration.name),
                    "limitations": .array(Self.methods(of: lab).map(\.limitationsInfo.json)),
                ]
            ],
        ]
        try DemoFolder.write(seed.text(), to: folder.seed, isSecret: true)
    }

    private static func methods(of lab: LabDescription) -> [any Method] {
        lab.model.methods
    }

    private static func password() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<2).map { _ in String(generator.next() as UInt64, radix: 36) }.joined()
    }
}

extension Method {
    fileprivate var limitationsInfo: LimitationsInfo {
        LimitationsInfo(quantity: self.quantity, method: self.name, limitations: self.limitations.array ?? [])
    }
}
