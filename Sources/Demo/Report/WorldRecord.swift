import DeviceKit
import FoundationEssentials
import Protocols
import Simulators

/// What happened in a simulated world, as its file of events tells.
struct WorldRecord: Sendable {
    let events: [WorldEvent]

    init(_ events: [WorldEvent]) { self.events = events }

    /// Reads a file of one event per line. A last line that is not complete is left out.
    init(reading path: String) throws(DemonstrationFailure) {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw DemonstrationFailure(74, "\(path): cannot be read")
        }
        self.events = text.split(separator: "\n").compactMap { line in
            (try? JSONValue(parsing: String(line)))?.event
        }
    }

    /// The mean over all measurements whose tag contains a sample's id; nil if there is none.
    func truth(ofSample id: String) -> SampleTruth? {
        id.isEmpty ? nil : self.truth { $0.contains(id) }
    }

    /// The mean over the measurements that an instrument made under this name.
    func truth(ofMeasurement name: String) -> SampleTruth? { self.truth { $0 == name } }

    private func truth(where isMeant: (String) -> Bool) -> SampleTruth? {
        let measured = self.events.compactMap { event -> CellTruth? in
            guard case .measurement(_, let tag, let truth) = event.occurrence, isMeant(tag) else { return nil }
            return truth
        }
        guard !measured.isEmpty else { return nil }
        let count = Double(measured.count)
        var formulation: [String: Double] = [:]
        for truth in measured {
            for (chemical, fraction) in truth.formulation { formulation[chemical, default: 0] += fraction / count }
        }
        return SampleTruth(
            conductivity: measured.reduce(.zero) { $0 + $1.conductivity } / count,
            density: Self.mean(measured.compactMap(\.density)), viscosity: Self.mean(measured.compactMap(\.viscosity)),
            temperature: measured.reduce(.zero) { $0 + $1.temperature } / count, formulation: formulation)
    }

    private static func mean<Kind>(_ values: [Quantity<Kind>]) -> Quantity<Kind>? {
        values.isEmpty ? nil : values.reduce(.zero, +) / Double(values.count)
    }

    /// The content of a vial that was empty, from all that arrived in it; nil if nothing did.
    ///
    /// - Parameter liquids: composition of each liquid, by its id.
    func truth(ofVial name: String, liquids: [String: WorldDescription.Liquid]) -> SampleTruth? {
        var amounts: [String: Double] = [:]
        for event in self.events {
            guard case .arrived(name, let volume, let content, _) = event.occurrence else { continue }
            for (liquid, fraction) in content {
                for (chemical, concentration) in liquids[liquid]?.concentrations ?? [:] {
                    amounts[chemical, default: 0] += concentration.si * volume.si * fraction
                }
            }
        }
        let total = amounts.values.reduce(0, +)
        guard total > 0 else { return nil }
        return SampleTruth(formulation: amounts.filter { $0.value > 0 }.mapValues { $0 / total })
    }

    /// What would have broken something in a real lab.
    var accidents: [String] {
        self.events.compactMap { event in
            switch event.occurrence {
            case .unsafe(let device, let reason): "\(device): \(reason)"
            case .overload(let pump, let reason): "\(pump): \(reason)"
            case .ranDry(let terminal): "\(terminal) ran dry"
            default: nil
            }
        }
    }
}

extension JSONValue {
    fileprivate var event: WorldEvent? { try? self.decode(WorldEvent.self) }
}
