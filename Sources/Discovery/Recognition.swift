public import DeviceKit

/// Whether what answered is the device that belongs here.
public enum Recognition: Sendable, Hashable {
    case same
    /// Never met before, and it names itself: from now on it is this one.
    case new
    /// It has no serial number by which it could be told from another one of its kind, and it was plugged in anew.
    case unproven(String)
    /// It says of itself that it is another one.
    case other(String)

    /// - Parameter known: as what it was met before; nil if never.
    public init(of met: Acquaintance, known: Acquaintance?) {
        guard let known else {
            self = met.identity.serialNumber == nil ? .unproven("it is used for the first time") : .new
            return
        }
        let now = met.identity, before = known.identity
        guard (now.vendor, now.model) == (before.vendor, before.model), now.serialNumber == before.serialNumber else {
            self = .other("\(before.title) belongs here, \(now.title) answers")
            return
        }
        if now.serialNumber != nil || met.stay == known.stay && met.place == known.place {
            self = .same
        } else if met.place != known.place {
            self = .unproven("it was moved from \(known.place) to \(met.place)")
        } else if met.adapter != known.adapter {
            self = .unproven("it has another adapter in the same socket")
        } else {
            self = .unproven("it was plugged in again, or the computer was started anew")
        }
    }
}

extension DeviceIdentity {
    /// Vendor, model and serial number in words.
    public var title: String {
        [self.vendor, self.model, self.serialNumber.map { "no. \($0)" }].compactMap(\.self).joined(separator: " ")
    }
}
