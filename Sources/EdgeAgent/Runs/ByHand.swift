/// What a person has a device do.
struct ByHand: Sendable {
    /// In words, with who has it done.
    let act: String
    let cancel: @Sendable () -> Void
}
