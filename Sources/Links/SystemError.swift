import Glibc

/// An error number of the kernel with its text.
struct SystemError: Error, Hashable, CustomStringConvertible {
    let number: Int32

    init(_ number: Int32) {
        self.number = number
    }

    /// The error of the system call that just failed on this thread.
    static var last: SystemError { SystemError(errno) }

    var description: String {
        // Since version 2.32 the C library keeps this text per thread.
        strerror(self.number).map { String(cString: $0) } ?? "error \(self.number)"
    }
}
