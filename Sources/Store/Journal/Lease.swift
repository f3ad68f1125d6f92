/// The exclusive right to a device or a zone, for a time.
public struct Lease: Sendable, Hashable {
    /// Name of the device or zone.
    public let resource: String
    /// Who holds it: a run's id, or a person.
    public let owner: String
    /// For what, in words.
    public let purpose: String
    public let taken: Moment
    /// When it ends by itself, on the clock of the boot in `taken`.
    public let expires: Moment
}
