import ArgumentParser
import Demo
import DeviceKit
import EdgeAgent

/// Runs a verb; what it throws is told on standard error, and becomes the exit code that stands for it.
func reporting(_ body: () async throws -> Void) async throws {
    do {
        try await body()
    } catch let code as ExitCode {
        throw code
    } catch let help as CleanExit {
        throw help
    } catch let usage as ValidationError {
        throw usage
    } catch let findings as SourceDiagnostics {
        StandardStream.error.writeLine(findings.listing)
        throw ExitCode(.misconfigured)
    } catch {
        let error = OperatorError(describing: error)
        StandardStream.error.writeLine("edge-agent: \(error)")
        throw ExitCode(error.status)
    }
}

extension ExitCode {
    init(_ status: ExitStatus) { self.init(status.rawValue) }
}

extension SourceDiagnostics {
    /// As compilers write it: `file:line:column: error: message`, one line for each.
    var listing: String { self.all.map(\.listing).joined(separator: "\n") }
}

extension SourceDiagnostic {
    var listing: String { "\(self.file):\(self.line):\(self.column): \(self.severity.rawValue): \(self.message)" }
}
