import Analysis
import Methods
import Protocols
import Store

/// What an agent remembers of its lab, as far as planning needs it.
public struct LabMemory: Sendable {
    /// Which liquid stands where; nil before the first run.
    let fluid: FluidState?
    /// Filled into bottles since the tables were written, the oldest first.
    let lots: [StockLot]
    /// Those that count, the oldest first.
    let calibrations: [CalibrationRecord]
    /// As the broker gave them last.
    let capabilities: [StoredCapability]

    func capability(quantity: String, method: String) -> StoredCapability? {
        self.capabilities.first { $0.quantity == quantity && $0.method == method }
    }

    /// What is to be calibrated again today, in words.
    public func calibrationsDue(in lab: LabDescription) throws(OperatorError) -> [String] {
        try self.lab(lab.model).calibrationsDue(on: String(Moment.now().text.prefix(10)))
    }

    /// The lab with these lots in its bottles, as these calibrations have found it.
    ///
    /// - Throws: `.misconfigured` if a lot does not fit the tables.
    func lab(_ described: LabModel) throws(OperatorError) -> LabModel {
        do throws(FormulationError) {
            return try described.loading(self.lots).applying(self.calibrations)
        } catch {
            throw OperatorError(
                .misconfigured,
                "a lot that was filled in does not fit the tables of chemicals and stock solutions any more: \(error)")
        }
    }
}

extension LabMemory {
    init(_ journal: Journal) async throws {
        self.fluid = try await journal.stock(RunEngine.fluidKey)?.value.decode()
        self.lots = try await journal.lots()
        self.calibrations = try await journal.currentCalibrations().sorted { $0.id < $1.id }.map(CalibrationRecord.init)
        self.capabilities = try await journal.capabilities()
    }

    /// As the control socket carries it.
    init(parsing json: JSONValue) throws {
        self.fluid = try json["fluid"].flatMap { $0.isNull ? nil : try $0.decode() }
        self.lots = try json["lots"].map { try $0.decode([StockLot].self) } ?? []
        self.calibrations = try json["calibrations"].map { try $0.decode([CalibrationRecord].self) } ?? []
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
                "lots": try JSONValue(encoding: self.lots),
                "calibrations": try JSONValue(encoding: self.calibrations),
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
