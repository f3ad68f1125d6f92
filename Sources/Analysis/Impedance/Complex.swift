/// A complex number, with the few operations a circuit needs.
struct Complex: Sendable, Hashable {
    var real: Double
    var imaginary: Double

    init(_ real: Double, _ imaginary: Double = 0) {
        self.real = real
        self.imaginary = imaginary
    }

    static var zero: Self { Self(0) }

    var squaredMagnitude: Double { self.real * self.real + self.imaginary * self.imaginary }
    var magnitude: Double { self.squaredMagnitude.squareRoot() }
    var isFinite: Bool { self.real.isFinite && self.imaginary.isFinite }

    var reciprocal: Self {
        let square = self.squaredMagnitude
        return Self(self.real / square, -self.imaginary / square)
    }

    static func + (a: Self, b: Self) -> Self { Self(a.real + b.real, a.imaginary + b.imaginary) }
    static func - (a: Self, b: Self) -> Self { Self(a.real - b.real, a.imaginary - b.imaginary) }
    static prefix func - (a: Self) -> Self { Self(-a.real, -a.imaginary) }
    static func * (a: Self, factor: Double) -> Self { Self(a.real * factor, a.imaginary * factor) }
    static func * (a: Self, b: Self) -> Self {
        Self(a.real * b.real - a.imaginary * b.imaginary, a.real * b.imaginary + a.imaginary * b.real)
    }
}
