import Glibc
import Synchronization

/// The engine that mutates inputs and keeps those that reach new code (https://llvm.org/docs/LibFuzzer.html).
enum LibFuzzer {
    private static let target = Mutex<FuzzTarget?>(nil)

    /// Does what the options say: mutates inputs without end, or only takes the files that are named.
    ///
    /// - Returns: the status with which the program is to end.
    static func run(_ target: FuzzTarget, _ options: [String]) -> Int32 {
        self.target.withLock { $0 = target }
        var arguments = (["Fuzz", "-max_len=\(target.longest)"] + options).map { strdup($0) } + [nil]
        var count = Int32(arguments.count - 1)
        return arguments.withUnsafeMutableBufferPointer { buffer in
            guard var start = buffer.baseAddress else { return 70 }
            return runDriver(&count, &start, takeOneInput)
        }
    }

    fileprivate static func take(_ input: [UInt8]) {
        guard let target = self.target.withLock({ $0 }) else { return }
        target.takeInTime(input, limit: FuzzTarget.longestTime)
    }
}

/// `LLVMFuzzerRunDriver` of compiler-rt.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ take: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

/// The name that libFuzzer's own `main` would call; that `main` is linked in, though not used.
@_cdecl("LLVMFuzzerTestOneInput")
public func takeOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    LibFuzzer.take(Array(UnsafeBufferPointer(start: bytes, count: count)))
    return 0
}
