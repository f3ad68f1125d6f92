import Foundation

/// Self-signed certificates as CETONI's servers have them: common name SiLA2, no authority, an address as name.
struct Certificates {
    private static let openssl = "/usr/bin/openssl"
    static var canBeMade: Bool { FileManager.default.isExecutableFile(atPath: Self.openssl) }

    private let folder = FileManager.default.temporaryDirectory.appending(path: "sila-\(UUID().uuidString)")

    init(named names: [String]) throws {
        try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
        for name in Set(names) {
            let process = Process()
            process.executableURL = URL(filePath: Self.openssl)
            process.arguments = [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "364", "-subj", "/CN=SiLA2",
                "-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE",
                "-addext", "extendedKeyUsage=serverAuth,clientAuth", "-keyout", self.path(name, "key"),
                "-out", self.path(name, "pem"),
            ]
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
        }
    }

    func path(_ name: String, _ suffix: String) -> String { self.folder.appending(path: "\(name).\(suffix)").path }
    func remove() { try? FileManager.default.removeItem(at: self.folder) }
}
