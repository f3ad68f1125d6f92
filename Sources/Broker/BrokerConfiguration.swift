/// How a development broker is set up.
public struct BrokerConfiguration: Sendable {
    /// Address to listen on. The broker speaks plain HTTP and is meant for one machine.
    public var host: String
    /// 0 takes any free port.
    public var port: Int
    /// File of the main database; the users stand beside it in `users.db`. Nil keeps both in memory.
    public var databasePath: String?
    /// Mends what the original does wrong, instead of doing the same.
    public var strict: Bool
    /// What a new database starts with. Rows that are there already stay.
    public var seed: BrokerSeed
    /// Signs the access tokens. The original's default is the empty text; so is ours unless `strict`, which draws one.
    public var secret: String
    /// Minutes that an access token lives.
    public var tokenLifetime: Int
    /// Opens `/database_dump/<key>`; nil keeps it closed.
    public var dumpKey: String?
    /// Largest body of a request, in bytes. Longer ones get 413.
    public var bodyLimit: Int
    /// How deep JSON of a request may nest.
    public var depthLimit: Int
    public var clock: BrokerClock

    public init(
        host: String = "127.0.0.1", port: Int = 13371, databasePath: String? = nil, strict: Bool = false,
        seed: BrokerSeed = .development, secret: String? = nil, tokenLifetime: Int = 1440, dumpKey: String? = nil,
        bodyLimit: Int = 1_000_000, depthLimit: Int = 64, clock: BrokerClock = .system
    ) {
        self.host = host
        self.port = port
        self.databasePath = databasePath
        self.strict = strict
        self.seed = seed
        self.secret = secret ?? (strict ? Self.randomSecret() : "")
        self.tokenLifetime = tokenLifetime
        self.dumpKey = dumpKey
        self.bodyLimit = bodyLimit
        self.depthLimit = depthLimit
        self.clock = clock
    }

    private static func randomSecret() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<4).map { _ in String(generator.next() as UInt64, radix: 36) }.joined(separator: "-")
    }
}
