/// How patient a delivery is.
public struct DeliveryPolicy: Sendable {
    /// How long the broker may still be working on a post whose answer is unclear.
    public var settle: Duration
    /// Posts, or look-ups, under way at the same time, each for another request.
    public var concurrency: Int
    /// Results looked at together.
    public var page: Int
    /// The first wait after trouble; it doubles with each further trouble.
    public var firstWait: Duration
    public var longestWait: Duration
    /// How often it is tried whether a broker that could not be reached takes connections again.
    public var probe: Duration
    /// How often in a row the broker may give the same internal error to one result, with nothing found afterwards.
    public var sameErrors: Int

    public init(
        settle: Duration = .seconds(5), concurrency: Int = 4, page: Int = 64, firstWait: Duration = .seconds(1),
        longestWait: Duration = .seconds(60), probe: Duration = .milliseconds(500), sameErrors: Int = 3
    ) {
        self.settle = settle
        self.concurrency = max(1, concurrency)
        self.page = max(1, page)
        self.firstWait = firstWait
        self.longestWait = longestWait
        self.probe = probe
        self.sameErrors = sameErrors
    }

    /// The wait after so many troubles in a row: doubled each time up to the longest, then cut by chance to between
    /// half and all of it, so that many agents do not come back at once.
    func wait(after troubles: Int) -> Duration {
        let doubled = self.firstWait * (1 << min(max(0, troubles - 1), 20))
        return min(doubled, self.longestWait) * Double.random(in: 0.5...1)
    }
}
