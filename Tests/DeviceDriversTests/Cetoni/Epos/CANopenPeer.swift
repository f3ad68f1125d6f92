import Foundation

/// python-canopen with python-can, an independent master and node that our drive, our bus and our codec are held against.
enum CANopenPeer {
    static let scripts = ModbusPeer.repository.appending(path: "Tests/Interop/canopen")
    static let folder = ModbusPeer.repository.appending(path: ".tools/canopen-peer")
    static let python = Self.folder.appending(path: "venv/bin/python")

    /// Whether the peer is there; installs it once, and says on the console where it cannot be had.
    static let isInstalled: Bool = {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [Self.scripts.appending(path: "install-peer.sh").path, Self.folder.path]
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        var reason = ""
        do {
            try process.run()
            reason = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            if process.terminationStatus == 0 { return true }
        } catch {
            reason = "\(error)"
        }
        print("Tests against python-canopen are left out: \(reason)")
        return false
    }()
}
