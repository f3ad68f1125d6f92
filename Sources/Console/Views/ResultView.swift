import Protocols

/// A result on its way to the broker.
struct ResultView: Decodable, Sendable {
    var id: String
    var request: String
    var quantity: String
    var method: String
    var state: String
    var attempts: Int
    var broker: String?
    var reason: String
    var sha256: String
    var intact: Bool
    var created: String
    var changed: String

    /// Whether nothing happens before a person says so.
    var isSetAside: Bool { self.state == "quarantined" || self.state == "conflict" }
}

/// A result with what was measured for it.
struct ResultDetailView: Decodable, Sendable {
    /// A measured impedance and its fit.
    struct Spectrum: Decodable, Sendable {
        struct Point: Decodable, Sendable {
            var frequency_Hz: Double
            var real_ohm: Double
            var imaginary_ohm: Double
        }

        /// (Z − Ẑ)/|Z|.
        struct Residual: Decodable, Sendable {
            var frequency_Hz: Double
            var real: Double
            var imaginary: Double
        }

        struct Parameter: Decodable, Sendable {
            var name: String
            var value: Double
            var deviation: Double
            var unit: String
        }

        var repetition: Int
        var points: [Point]
        var circuit: String?
        var fit: [Point]
        var residuals: [Residual]
        var parameters: [Parameter]
        /// Why there is no fit.
        var error: String?
    }

    var entry: ResultView
    /// The body of the post.
    var payload: String
    var run: String?
    var spectra: [Spectrum]
}
