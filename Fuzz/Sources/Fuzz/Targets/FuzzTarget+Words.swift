import DeviceKit
import Links
import Protocols

@testable import Analysis
@testable import Uplink

extension FuzzTarget {
    static let quantity = FuzzTarget("quantity") { input in
        let text = input.text
        _ = try? Volume(parsing: text)
        _ = try? Temperature(parsing: text)
        _ = try? FlowRate(parsing: text)
        if let time = try? Duration(parsing: text) { _ = time + time }
        if let quantity = try? AnyQuantity(parsing: text) {
            guard let again = try? AnyQuantity(parsing: quantity.description) else {
                fatalError("does not read what it wrote: \(quantity)")
            }
            promise(again.unit == quantity.unit, "\(quantity) is read in another unit")
            for unit in AnyUnit.all { _ = quantity.in(unit) }
        }
    }

    static let endpoint = FuzzTarget("endpoint") { input in
        if let endpoint = try? LinkEndpoint(parsing: input.text) {
            promise(
                (try? LinkEndpoint(parsing: endpoint.description)) == endpoint, "\(endpoint) is read as another one")
        }
        if let address = BrokerAddress(parsing: input.text) {
            promise(BrokerAddress(parsing: address.description) == address, "\(address) is read as another one")
            _ = address.bareHost
        }
    }

    static let linkFault = FuzzTarget("link-fault") { input in
        guard let schedule = try? FaultSchedule(parsing: input.text) else { return }
        guard let again = try? FaultSchedule(parsing: schedule.description) else {
            fatalError("does not read what it wrote: \(schedule)")
        }
        promise(again.entries.count == schedule.entries.count, "\(schedule) is read as another schedule")
    }

    static let transcript = FuzzTarget("transcript") { input in
        guard let transcript = try? Transcript(parsing: input.text) else { return }
        let lines = [transcript.header.line] + transcript.entries.map(\.line)
        guard let again = try? Transcript(parsing: lines.map { $0.text() + "\n" }.joined()) else {
            fatalError("does not read what it wrote: \(lines)")
        }
        promise(again.header == transcript.header, "\(transcript.header) is read as \(again.header)")
        promise(again.entries.map(\.bytes) == transcript.entries.map(\.bytes), "other bytes are read than were written")
    }

    static let circuit = FuzzTarget("circuit") { input in
        _ = try? CircuitParser.topology(of: input.text)
    }
}
