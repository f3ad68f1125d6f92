public import DeviceKit

/// How `electrolyte/flow` delivers in this lab.
public struct ElectrolyteSettings: Sendable, Hashable, Codable {
    public var smallestVolume: Volume
    public var largestVolume: Volume

    public init(smallestVolume: Volume, largestVolume: Volume) {
        self.smallestVolume = smallestVolume
        self.largestVolume = largestVolume
    }
}
