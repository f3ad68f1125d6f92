import DeviceKit
import Protocols

/// What the simulated world says of a sample at the moment of its measurement, or when its delivery had ended.
struct SampleTruth: Sendable, Hashable {
    var conductivity: Conductivity?
    var density: Density?
    var viscosity: Viscosity?
    var temperature: Temperature?
    /// Mole fractions by InChIKey.
    var formulation: [String: Double]

    var json: JSONValue {
        var object = JSONObject()
        object["conductivity_S_per_m"] = self.conductivity.map { .number($0.in(.siemensPerMetre)) }
        object["density_g_per_cm3"] = self.density.map { .number($0.in(.gramPerCubicCentimetre)) }
        object["viscosity_mPa_s"] = self.viscosity.map { .number($0.in(.millipascalSecond)) }
        object["temperature_K"] = self.temperature.map { .number($0.in(.kelvin)) }
        var fractions = JSONObject()
        for key in self.formulation.keys.sorted() { fractions[key] = .number(self.formulation[key] ?? 0) }
        object["formulation"] = .object(fractions)
        return .object(object)
    }
}
