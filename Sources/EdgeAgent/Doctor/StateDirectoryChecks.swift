import Glibc

/// Whether an agent can keep what it has to keep.
enum StateDirectoryChecks {
    /// Below this share of the file system nothing new should be begun.
    private static let leastFree = 0.05
    private static let scarce = 0.2

    static func findings(_ path: String) -> [DoctorFinding] {
        let existing = Self.existingPart(of: path)
        guard access(existing, W_OK | X_OK) == 0 else {
            return [
                .bad(
                    "state directory", "\(existing): \(String(cString: strerror(errno)))",
                    mend: "give it to the agent's user: chown, or `state:` elsewhere", .inputOutput)
            ]
        }
        var space = statvfs()
        guard statvfs(existing, &space) == 0, space.f_blocks > 0 else {
            return [
                .bad(
                    "state directory", "\(existing): \(String(cString: strerror(errno)))",
                    mend: "check that its file system is mounted", .inputOutput)
            ]
        }
        let free = Double(space.f_bavail) / Double(space.f_blocks)
        let gibibytes = Double(space.f_bavail) * Double(space.f_frsize) / 1_073_741_824
        let detail = "\(path): \((gibibytes * 10).rounded() / 10) GiB free, \(Int(free * 100)) %"
        if free < Self.leastFree {
            return [.bad("state directory", detail, mend: "make room, or move it to a larger disk", .inputOutput)]
        }
        if free < Self.scarce {
            return [.warning("state directory", detail, mend: "make room before the disk is full")]
        }
        return [.good("state directory", detail)]
    }

    /// Permission bits; nil for a file that cannot be read.
    static func mode(of path: String) -> UInt32? {
        var status = stat()
        guard stat(path, &status) == 0, access(path, R_OK) == 0 else { return nil }
        return status.st_mode & 0o777
    }

    /// The directory, or the nearest one above it that exists.
    private static func existingPart(of path: String) -> String {
        var part = path
        while access(part, F_OK) != 0, let slash = part.lastIndex(of: "/"), slash != part.startIndex {
            part = String(part[..<slash])
        }
        return access(part, F_OK) == 0 ? part : "/"
    }
}
