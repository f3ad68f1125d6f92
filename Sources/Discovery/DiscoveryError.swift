/// Why devices cannot be looked for.
public struct DiscoveryError: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String
}
