import Foundation
import Store
import Testing

@Suite struct StateDirectoryTests {
    @Test func `a second agent is refused with the process id of the first`() throws {
        let scratch = try Scratch()
        let first = try scratch.directory()
        let error = #expect(throws: StoreError.self) { try scratch.directory() }
        #expect(error?.code == .locked)
        #expect(error?.detail.contains("\(ProcessInfo.processInfo.processIdentifier)") == true)
        withExtendedLifetime(first) {}
    }

    @Test func `the lock ends with its holder`() throws {
        let scratch = try Scratch()
        do { _ = try scratch.directory() }
        _ = try scratch.directory()
    }

    @Test func `a directory that cannot be made is named in the error`() throws {
        let error = #expect(throws: StoreError.self) { try StateDirectory(path: "/proc/nowhere/state") }
        #expect(error?.code == .cannotOpen)
        #expect(error?.operation.contains("/proc/nowhere") == true)
    }
}
