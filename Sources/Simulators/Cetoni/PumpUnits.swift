import DeviceKit
import SiLA2

/// The units in which a pump's server speaks.
struct PumpUnits: Sendable, Equatable {
    var volume = "ml"
    var flowVolume = "ml"
    var flowTime = "s"

    static func isVolume(_ symbol: String) -> Bool { self.millilitres(symbol) != nil }
    static func isTime(_ symbol: String) -> Bool { self.seconds(symbol) != nil }

    func volume(_ value: Double) -> Volume { Volume(value * (Self.millilitres(self.volume) ?? 1), .millilitre) }
    func flow(_ value: Double) -> FlowRate { FlowRate(value * self.flowScale, .millilitrePerSecond) }
    func value(_ volume: Volume) -> Double { volume.in(.millilitre) / (Self.millilitres(self.volume) ?? 1) }
    func value(_ flow: FlowRate) -> Double { flow.in(.millilitrePerSecond) / self.flowScale }

    private var flowScale: Double {
        (Self.millilitres(self.flowVolume) ?? 1) / (Self.seconds(self.flowTime) ?? 1)
    }

    private static func millilitres(_ symbol: String) -> Double? {
        switch symbol {
        case "l": 1000
        case "dl": 100
        case "cl": 10
        case "ml": 1
        case "ul", "µl": 1e-3
        default: nil
        }
    }

    private static func seconds(_ symbol: String) -> Double? {
        switch symbol {
        case "s": 1
        case "min": 60
        case "h": 3600
        default: nil
        }
    }
}
