import Analysis
import Protocols
import Store

/// What an agent remembers of its lab, as far as planning needs it.
public struct LabMemory: Sendable {
    /// Which liquid stands where; nil before the first run.
    let fluid: FluidState?
    /// As the broker gave them last.
    let capabilities: [StoredCapability]

    func capability(quantity: String, method: String) -> StoredCapability? {
        self.capabilities.first { $0.quantity == quantity && $0.method == method }
    }
}

extension LabMemory {
    init(_ journal: Journal) async throws {
        self.fluid = try await journal.stock(RunEngine.fluidKey)?.value.decode()
        self.capabilities = try await journal.capabilities()
    }

    /// As the control socket carries it.
    init(parsing json: JSONValue) throws {
        self.fluid = try json["fluid"].flatMap { $0.isNull ? nil : try $0.decode() }
        self.capabilities = (json["capabilities"]?.array ?? []).compactMap { one in
            guard let quantity = one["quantity"]?.string, let method = one["method"]?.string, let input = one["input"],
                let output = one["output"]
            else { return nil }
            return StoredCapability(quantity: quantity, method: method, inputSchema: input, outputSchema: output)
        }
    }

    var json: JSONValue {
        get throws {
            [
                "fluid": try self.fluid.map { try JSONValue(encoding: $0) } ?? .null,
                "capabilities": .array(
                    self.capabilities.map {
                        [
                            "quantity": .string($0.quantity), "method": .string($0.method), "input": $0.inputSchema,
                            "output": $0.outputSchema,
                        ]
                    }),
            ]
        }
    }
}
