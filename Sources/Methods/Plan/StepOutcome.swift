public import DeviceKit

/// What a step brought about, as the journal keeps it.
public enum StepOutcome: Sendable, Hashable, Codable {
    case done
    /// Fill levels read back before and after, by pump node.
    case dosed([Dosed])
    case measured(Measurement)
    case densimetry(Densimetry)
    case answered(Answered)

    /// What a step that moves liquids brings about if all goes as planned; nothing is measured or answered.
    public init(asPlanned action: Action) {
        guard case .moveSyringes(let dosing) = action else {
            self = .done
            return
        }
        self = .dosed(dosing.moves.map { Dosed(pump: $0.pump, from: $0.from, to: $0.to) })
    }

    public struct Answered: Sendable, Hashable, Codable {
        public var answer: OperatorAnswer
        public var person: String
        /// ISO 8601, UTC.
        public var time: String

        public init(answer: OperatorAnswer, person: String, time: String) {
            self.answer = answer
            self.person = person
            self.time = time
        }
    }

    public struct Dosed: Sendable, Hashable, Codable {
        public var pump: String
        public var from: Volume
        public var to: Volume
        /// Positive when dispensed.
        public var volume: Volume { self.from - self.to }

        public init(pump: String, from: Volume, to: Volume) {
            self.pump = pump
            self.from = from
            self.to = to
        }
    }

    public struct Measurement: Sendable, Hashable, Codable {
        public var repetition: Int
        public var points: [ImpedancePoint]
        public var rawFile: RawFileReference
        /// What stood in the cell by the volumes really moved: volume fractions by stock id, `gas` and `Solvent` included.
        public var content: [String: Double]
        /// What the cell's thermometer read right after; nil where there is none, or it did not answer.
        public var temperature: Measured<TemperatureDimension>?

        public init(
            repetition: Int, points: [ImpedancePoint], rawFile: RawFileReference, content: [String: Double] = [:],
            temperature: Measured<TemperatureDimension>? = nil
        ) {
            self.content = content
            self.temperature = temperature
            self.repetition = repetition
            self.points = points
            self.rawFile = rawFile
        }
    }
}

/// A raw file as results name it.
public struct RawFileReference: Sendable, Hashable, Codable {
    /// Relative to the state directory.
    public var path: String
    public var sha256: String
    public var byteCount: Int

    public init(path: String, sha256: String, byteCount: Int) {
        self.path = path
        self.sha256 = sha256
        self.byteCount = byteCount
    }
}
