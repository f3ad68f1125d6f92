public import DeviceKit

/// Answers of the serial remote interface, a line each. Capitals do not matter; what is in front of data (`data: `) may be
/// missing, since the manual prints its examples without, and drivers in use expect it.
public enum DensimeterReply {
    public enum State: Sendable, Hashable {
        /// Nothing was started, or its result is gone.
        case idle
        case running
        case finished
    }

    public enum Start: Sendable, Hashable {
        case started
        /// The instrument said no, in its words.
        case refused(String)
    }

    /// Of `finished`.
    public static func state(_ line: String) -> State? {
        switch line.trimmed.lowercased() {
        case "measurement not started": .idle
        case "measurement not finished": .running
        case "measurement finished": .finished
        default: nil
        }
    }

    /// Of `start`.
    public static func start(_ line: String) -> Start? {
        let text = line.trimmed.lowercased()
        if text == "measurement started" { return .started }
        let refusals = [
            "measurement already started", "sample storage full", "heating", "invalid method",
            "simple mode not supported", "missing magazine position", "wrong magazine position",
        ]
        return refusals.contains(text) ? .refused(text) : nil
    }

    /// Of `abort`: whether nothing is being measured any more.
    public static func isAborted(_ line: String) -> Bool? {
        switch line.trimmed.lowercased() {
        case "measurement aborted", "measurement not started": true
        case "already aborting": false
        default: nil
        }
    }

    /// Of `settemperature`: nil if it was accepted, otherwise the instrument's words.
    public static func refusalOfTemperature(_ line: String) -> String? {
        let text = line.trimmed.lowercased()
        return text == "accepted" ? nil : text
    }

    /// Of `getdatahead`, `getdataunit` and `getdata`: the fields; nil where there are none.
    public static func fields(_ line: String) -> [String]? {
        let text = line.trimmed
        if ["no data available", "no new data available", "no new data"].contains(text.lowercased()) { return nil }
        let prefix = ["data head:", "data unit:", "data:"].first { text.lowercased().hasPrefix($0) }
        return text.dropFirst(prefix?.count ?? 0).split(separator: ";", omittingEmptySubsequences: false)
            .map(\.trimmed)
    }

    /// Of `getid`, whose three lines end with the one of the protocol's version.
    public static func identity(_ lines: [String]) -> DeviceIdentity? {
        guard lines.count == 3, let serial = self.rest(of: lines[0], after: "serial number:"),
            self.rest(of: lines[2], after: "protocol version:") != nil
        else { return nil }
        let words = lines[1].trimmed.split(separator: " ")
        guard words.first?.uppercased() == "DMA", let firmware = words.last, words.count > 2 else { return nil }
        return DeviceIdentity(
            vendor: "Anton Paar", model: words.dropLast().joined(separator: " "), serialNumber: serial,
            firmware: String(firmware.drop { $0 == "V" || $0 == "v" }))
    }

    /// Of `getmethodname`.
    public static func method(_ line: String) -> (name: String, number: Int)? {
        guard let text = self.rest(of: line, after: "method name:"), let comma = text.lastIndex(of: ","),
            let number = Int(text[text.index(after: comma)...].trimmed)
        else { return nil }
        return (text[..<comma].trimmed, number)
    }

    static func rest(of line: String, after prefix: String) -> String? {
        let text = line.trimmed
        return text.lowercased().hasPrefix(prefix) ? text.dropFirst(prefix.count).trimmed : nil
    }
}

/// What `getrawdata` tells at any time.
public struct DensimeterRawData: Sendable, Hashable {
    /// Without correction for viscosity.
    public var density: Density
    public var temperature: Temperature
    public var setTemperature: Temperature
    /// Grows by one with each measurement; nil before the first sample.
    public var sample: Int?

    /// The manual's example has `:` before the sample's number, drivers in use have `;`.
    public init?(parsing line: String) {
        let fields = line.split(omittingEmptySubsequences: false) { $0 == ";" || $0 == ":" }.map(\.trimmed)
        guard fields.count == 4, let density = DensimeterColumns.number(fields[0]),
            let temperature = DensimeterColumns.number(fields[1]), let set = DensimeterColumns.number(fields[2]),
            fields[3].lowercased() == "nan" || Int(fields[3]) != nil
        else { return nil }
        self.density = Density(density, .gramPerCubicCentimetre)
        self.temperature = Temperature(celsius: temperature)
        self.setTemperature = Temperature(celsius: set)
        self.sample = Int(fields[3])
    }
}
