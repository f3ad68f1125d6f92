import Foundation
import Site

/// What a process takes of the machine now.
struct ProcessUse: Sendable {
    /// Resident memory, bytes.
    var memory: Int
    var descriptors: Int

    init(of process: Int32) throws {
        let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
            let kilobytes = Int(line.filter(\.isNumber))
        else { throw SiteFailure("/proc/\(process)/status has no VmRSS") }
        self.memory = kilobytes * 1024
        self.descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").count
    }
}
