public import DeviceKit

/// A word of the serial remote interface of DMA M densimeters, protocol version 2.00 (manual C76IB003EN-E, pages 110 to
/// 112): ASCII, ended by CR.
public enum DensimeterCommand: Sendable, Hashable {
    /// With the active method, or the one of this number.
    case start(method: Int?)
    case abort
    case finished
    case head
    case unit
    /// Gives each result once.
    case data
    case rawData
    case methodName
    case identity
    /// Of the method that is active.
    case setTemperature(Temperature)

    /// Without CR.
    public var text: String {
        switch self {
        case .start(let method): method.map { "start \($0)" } ?? "start"
        case .abort: "abort"
        case .finished: "finished"
        case .head: "getdatahead"
        case .unit: "getdataunit"
        case .data: "getdata"
        case .rawData: "getrawdata"
        case .methodName: "getmethodname"
        case .identity: "getid"
        case .setTemperature(let temperature): "settemperature \(Self.hundredths(temperature.celsius))"
        }
    }

    public var bytes: [UInt8] { Array(self.text.utf8) + [0x0D] }

    /// Reads a command as an instrument does: blanks between words and capitals do not matter.
    public init?(parsing line: String) {
        let words = line.lowercased().split(separator: " ")
        let numbers = words.drop { Double($0) == nil }
        switch (words.dropLast(numbers.count).joined(), numbers.first) {
        case ("start", nil): self = .start(method: nil)
        case ("start", let number?):
            guard let method = Int(number) else { return nil }
            self = .start(method: method)
        case ("abort", nil): self = .abort
        case ("finished", nil): self = .finished
        case ("getdatahead", nil): self = .head
        case ("getdataunit", nil): self = .unit
        case ("getdata", nil): self = .data
        case ("getrawdata", nil): self = .rawData
        case ("getmethodname", nil): self = .methodName
        case ("getid", nil): self = .identity
        case ("settemperature", let number?):
            guard let celsius = Double(number) else { return nil }
            self = .setTemperature(Temperature(celsius: celsius))
        default: return nil
        }
    }

    private static func hundredths(_ celsius: Double) -> String {
        let all = Int((abs(celsius) * 100).rounded())
        let rest = all % 100
        return "\(celsius < 0 && all > 0 ? "-" : "")\(all / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
}
