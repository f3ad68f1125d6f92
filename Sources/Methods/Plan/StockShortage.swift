public import DeviceKit

/// A bottle that does not give what a plan takes from it.
public struct StockShortage: Sendable, Hashable, Codable {
    /// Node of the bottle.
    public var node: String
    /// Name of what belongs into it.
    public var stock: String
    /// How the lot in it is called by its manufacturer; nil for the solvent.
    public var lot: String?
    /// What the bottle, and the syringe that is filled from it, give without drawing air.
    public var left: Volume
    public var needed: Volume

    /// `Reservoir6 (EMC, lot EX-24)`.
    public var place: String { "\(self.node) (\(self.stock)\(self.lot.map { ", lot \($0)" } ?? ""))" }
    /// `Reservoir6 (EMC, lot EX-24) gives 3.2 mL, 5.1 mL are needed`.
    public var words: String { "\(self.place) gives \(self.left), \(self.needed) are needed" }
}
