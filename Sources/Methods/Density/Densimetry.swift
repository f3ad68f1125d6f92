public import DeviceKit

/// What a densimeter and the viscometer behind it found, as the journal keeps it.
public struct Densimetry: Sendable, Hashable, Codable {
    public var readings: [DensimetryReading]
    public var rawFiles: [RawFileReference]
    /// What stood in the cell by the volumes really moved: volume fractions by stock id, `gas` and `Solvent` included.
    public var content: [String: Double]
    /// Why there are no readings. The lab goes on: others measure the same sample.
    public var failure: String?

    public init(
        readings: [DensimetryReading], rawFiles: [RawFileReference], content: [String: Double] = [:],
        failure: String? = nil
    ) {
        self.readings = readings
        self.rawFiles = rawFiles
        self.content = content
        self.failure = failure
    }
}
