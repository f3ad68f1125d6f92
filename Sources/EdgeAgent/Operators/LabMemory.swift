public import Analysis
public import Store

/// What an agent remembers of its lab, as far as planning needs it.
public struct LabMemory: Sendable {
    /// Which liquid stands where; nil before the first run.
    public let fluid: FluidState?
    /// As the broker gave them last.
    public let capabilities: [StoredCapability]

    public init(fluid: FluidState?, capabilities: [StoredCapability]) {
        self.fluid = fluid
        self.capabilities = capabilities
    }

    func capability(quantity: String, method: String) -> StoredCapability? {
        self.capabilities.first { $0.quantity == quantity && $0.method == method }
    }
}
