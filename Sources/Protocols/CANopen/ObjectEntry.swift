/// An integer object: where it lies, how many bytes it has on a CAN bus, and what it is called.
public struct ObjectEntry: Sendable, Hashable {
    public enum Kind: Sendable, Hashable { case unsigned, signed }

    public var address: ObjectAddress
    /// 1, 2 or 4.
    public var size: Int
    public var kind: Kind
    public var name: String

    public init(_ index: UInt16, _ kind: Kind, size: Int, _ name: String) {
        self.init(index, 0, kind, size: size, name)
    }

    public init(_ index: UInt16, _ subindex: UInt8, _ kind: Kind, size: Int, _ name: String) {
        self.address = ObjectAddress(index, subindex)
        self.size = size
        self.kind = kind
        self.name = name
    }

    /// The number in the low bytes of `raw`; what lies above the object's size is of no matter.
    public func value(ofRaw raw: UInt32) -> Int {
        let unused = UInt32(32 - 8 * self.size)
        return switch self.kind {
        case .unsigned: Int((raw << unused) >> unused)
        case .signed: Int(Int32(bitPattern: raw << unused) >> Int32(unused))
        }
    }

    /// The number as it goes on the wire; nil if it does not fit into the object.
    public func raw(of value: Int) -> UInt32? {
        let bits = 8 * self.size
        let range = self.kind == .signed ? -(1 << (bits - 1))...(1 << (bits - 1)) - 1 : 0...(1 << bits) - 1
        guard range.contains(value) else { return nil }
        return UInt32(truncatingIfNeeded: value) & UInt32(truncatingIfNeeded: (1 << bits) - 1)
    }

    /// The object's bytes, low one first.
    public func bytes(ofRaw raw: UInt32) -> [UInt8] { Array(LittleEndian.bytes(raw).prefix(self.size)) }
}
