import DeviceKit

/// What a halt did not reach, in words: each failure by itself, and once the devices that were not there.
struct UnstoppedDevices: Sendable {
    let words: [String]

    /// - Parameter failures: of a halt, one for each device.
    init(_ failures: [DeviceError]) {
        let absent = failures.filter { $0.code == .absent }.map(\.device).sorted()
        let failed = failures.filter { $0.code != .absent }.map { "not stopped: \($0)" }
        self.words =
            failed + (absent.isEmpty ? [] : ["not stopped, since not there: \(absent.joined(separator: ", "))"])
    }
}
