import Protocols

@testable import Simulators

extension FuzzTarget {
    /// What an instrument says while a script runs, line by line; and the answer about its version.
    static let methodScriptOutput = FuzzTarget("methodscript-output") { input in
        let lines = input.lines
        var output = MethodScriptOutput()
        for line in lines {
            for case .package(let package) in output.take(line) {
                guard let again = try? MethodScriptPackage(parsing: package.bytes) else {
                    fatalError("does not read what it wrote: \(package.bytes.text)")
                }
                promise(again.bytes == package.bytes, "\(package.bytes.text) is read as another package")
            }
        }
        _ = try? MethodScriptVersion(parsing: lines)
    }

    /// A script, as the simulated instrument reads it and as it is checked before it is sent to a real one.
    static let methodScript = FuzzTarget("methodscript") { input in
        let lines = input.lines.map(\.text)
        _ = try? ScriptParser.parse(lines)
        if let script = try? MethodScript(lines) {
            promise(script.bytes.count > input.count, "\(input.count) bytes became \(script.bytes.count)")
        }
    }
}
