import DeviceKit
import Protocols

/// A record as a densimeter of the generation before M prints it (observed), between dashed lines that end with CR. The lines of
/// a viscometer are unverified.
struct DensimeterPrint {
    let bytes: [UInt8]

    init(_ reading: DensimetryReading, sample: String, method: String) {
        let rule = String(repeating: "-", count: 24)
        var lines = [rule, "Tu 24.Nov.2026 13:26:43", "method:\(method)", "sample:\(sample)"]
        if let temperature = reading.temperature { lines.append("act.cell temp.:\(temperature.celsius.decimals(3)) C") }
        if let density = reading.density {
            let value = density.in(.gramPerCubicCentimetre)
            // The specific gravity is beside water of 20 °C.
            lines += ["density :\(value.decimals(6))g/cm3", "SG :\((value / 0.998203).decimals(5))"]
        }
        lines.append("condition:\(reading.densityCondition)")
        if let condition = reading.viscosityCondition {
            let value = reading.viscosity.map { $0.in(.millipascalSecond).decimals(4) } ?? "---"
            lines += ["Lovis Dyn. Viscosity:\(value) mPa.s", "Lovis Condition:\(condition)"]
        }
        self.bytes = (lines + [rule]).flatMap { CodePage850.bytes($0) + [0x0D] }
    }
}
