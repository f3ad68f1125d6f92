import DeviceKit
import Methods
import Protocols
import Store

/// Checks of densimeters. The operator has filled the standard in by hand: no tube of the lab carries water.
extension OperatorDesk {
    /// `edge-agent device densimeter do check standard=water pressure="1013 mbar" method=Density`
    ///
    /// - Returns: what the instrument said beside what it should have said; it is in the audit trail as well.
    func check(
        _ densimeter: any Densimeter, _ arguments: [String: String], by person: String
    ) async throws -> JSONValue {
        guard self.engine != nil, let cell = self.model?.densimeter else {
            throw OperatorError(.unavailable, "checks are done by the agent; start it")
        }
        guard !cell.isStartedByHand else {
            throw OperatorError(
                .badData,
                "\(densimeter.name) is started by hand: `edge-agent calibrate densimeter` asks for it, and takes the result"
            )
        }
        guard let standard = arguments["standard"].flatMap(DensityStandard.init(rawValue:)),
            let pressure = arguments["pressure"].flatMap({ try? AnyQuantity(parsing: $0) })?
                .quantity(PressureDimension.self),
            let method = cell.methods.first(where: { $0.name == arguments["method"] ?? $0.name })
        else {
            throw OperatorError(
                .badData,
                "a check needs standard=water or standard=air, the pressure of the air, pressure=\"1013 mbar\", and if the "
                    + "first is not meant a method of the lab's description, method=NAME")
        }
        let order = DensimetryOrder(
            method: method.name, number: method.number, temperature: method.temperature, purpose: .check(standard))
        let archive = RawArchive(directory: self.journal.directory.path)
        let name = "CHK-" + self.journal.ids.make().description.filter(\.isHexDigit).suffix(16)
        let readings = try await densimeter.measure(order, sample: name, notice: { _ in }) {
            record throws(DeviceError) in
            _ = try archive.keep(record.name, record.bytes)
        }
        let check = DensimeterCheck(
            of: readings, with: standard, at: method.temperature, pressure: pressure,
            tolerance: Density(1e-4, .gramPerCubicCentimetre))
        let unit = Unit<DensityDimension>.gramPerCubicCentimetre
        let report: JSONValue = [
            "device": .string(densimeter.name), "standard": .string(standard.rawValue), "sample": .string(name),
            "passed": .bool(check.isPassed), "reference_g_per_cm3": .number(check.reference.in(unit)),
            "measured_g_per_cm3": check.measured.map { .number($0.in(unit)) } ?? .null,
            "temperature_K": .number(method.temperature.in(.kelvin)),
            "faults": .array(check.faults.map(JSONValue.string)),
        ]
        try await self.journal.appendAudit(person: person, act: "densimeter check", detail: report)
        return report
    }
}
