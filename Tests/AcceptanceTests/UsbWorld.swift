import Foundation
import Site
import Testing

/// A USB bus of the test's making, in a program of its own: adapters come and go, with their events, and each leads to a
/// pseudo-terminal. Programs that are started with `environment` see this bus and no other.
final class UsbWorld {
    static let python = "/usr/bin/python3"
    private static let preload = "libumockdev-preload.so.0"
    private static let script = EdgeAgentProgram.root.appending(path: "Tests/Interop/usb/usb_world.py").path

    /// Whether umockdev and its Python binding are installed, as `make test` does; says on the console if not.
    static let isInstalled: Bool = {
        let probe = Process()
        probe.executableURL = URL(filePath: UsbWorld.python)
        probe.arguments = [
            "-c", "import gi; gi.require_version('UMockdev', '1.0'); from gi.repository import UMockdev",
        ]
        probe.standardError = FileHandle.nullDevice
        let isThere = (try? probe.run()) != nil
        if isThere { probe.waitUntilExit() }
        if isThere, probe.terminationStatus == 0 { return true }
        print("Tests with USB devices are left out: install umockdev, gir1.2-umockdev-1.0 and python3-gi")
        return false
    }()

    let environment: [String: String]
    private let process = Process()
    private let requests = Pipe()
    private let answers = Pipe()

    init() throws {
        let inherited = ProcessInfo.processInfo.environment["LD_PRELOAD"].map { ":\($0)" } ?? ""
        self.process.executableURL = URL(filePath: Self.python)
        self.process.arguments = [Self.script]
        self.process.environment = ProcessInfo.processInfo.environment.merging(
            ["LD_PRELOAD": Self.preload + inherited]
        ) { $1 }
        self.process.standardInput = self.requests
        self.process.standardOutput = self.answers
        try self.process.run()
        let root = try Self.line(self.answers)
        self.environment = ["LD_PRELOAD": Self.preload + inherited, "UMOCKDEV_DIR": root]
    }

    deinit {
        try? self.requests.fileHandleForWriting.close()
        self.process.waitUntilExit()
    }

    /// What a device says of itself on the bus, ids as four hexadecimal digits.
    struct Descriptor {
        var vendor: String
        var model: String
        var product: String
    }

    /// Plugs an adapter, FTDI's unless another is given, into a socket of the hub; what hangs on it is what serves the
    /// terminal.
    func plug(
        _ node: String, socket: Int, serial: String, terminal: String, as descriptor: Descriptor? = nil
    ) throws {
        let said = descriptor.map {
            " \($0.vendor) \($0.model) \($0.product.replacingOccurrences(of: " ", with: "_"))"
        }
        try self.ask("plug \(node) \(socket) \(serial) \(terminal)\(said ?? "")")
    }

    func pull(_ node: String) throws { try self.ask("pull \(node)") }

    /// Pulls an adapter whose event nobody hears.
    func lose(_ node: String) throws { try self.ask("lose \(node)") }

    private func ask(_ command: String) throws {
        try self.requests.fileHandleForWriting.write(contentsOf: Data("\(command)\n".utf8))
        try #require(Self.line(self.answers) == "done", "\(command)")
    }

    private static func line(_ pipe: Pipe) throws -> String {
        var bytes = Data()
        while bytes.last != 0x0A {
            let more = try #require(try pipe.fileHandleForReading.read(upToCount: 1), "the USB world has ended")
            bytes += more
        }
        return String(decoding: bytes.dropLast(), as: UTF8.self)
    }
}
