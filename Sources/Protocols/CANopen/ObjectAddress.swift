/// Where an object lies in a CANopen device's dictionary.
public struct ObjectAddress: Sendable, Hashable {
    public var index: UInt16
    public var subindex: UInt8

    public init(_ index: UInt16, _ subindex: UInt8 = 0) {
        self.index = index
        self.subindex = subindex
    }
}

extension ObjectAddress: CustomStringConvertible {
    /// As manuals write it, `6099:01`.
    public var description: String {
        let index = String(self.index, radix: 16, uppercase: true)
        let subindex = String(self.subindex, radix: 16, uppercase: true)
        return String(repeating: "0", count: 4 - index.count) + index + ":"
            + String(repeating: "0", count: 2 - subindex.count) + subindex
    }
}
