import DeviceKit
import Links
import Protocols

/// A file that a densimeter exported, whoever asked for it.
struct ResultFile {
    private let file: FolderExchange.File

    init(_ file: FolderExchange.File) { self.file = file }

    /// Whether a file that has stood still for a moment is all of it.
    @Sendable static func isComplete(_ name: String, _ bytes: [UInt8]) -> Bool {
        do throws(DensimeterFormatError) {
            return try LimsResult(parsing: bytes).isTerminated
        } catch {
            // What is malformed does not get better by waiting.
            if case .incomplete = error { return false }
            return true
        }
    }

    /// Whether it says inside that it is of this sample.
    func isOf(_ sample: String) -> Bool {
        let samples = (try? LimsResult(parsing: self.file.bytes))?.samples ?? []
        return samples.contains { $0.lowercased() == sample.lowercased() }
    }

    /// What it says, if all of it is there.
    ///
    /// - Parameter garbled: makes the error of what is wrong with it, and what to do.
    func result(
        _ notice: (String) -> Void, garbled: (_ detail: String, _ advice: String) -> DeviceError
    ) throws(DeviceError) -> LimsResult {
        let result: LimsResult
        do throws(DensimeterFormatError) {
            result = try LimsResult(parsing: self.file.bytes)
        } catch {
            throw garbled(
                "\(self.file.name): \(error)",
                "The file is kept as it came. Compare the method's output and the export's settings on the instrument.")
        }
        if self.file.isAbandoned {
            guard !result.endsInNumber else {
                throw garbled(
                    "\(self.file.name) ends within a number, and nothing has come since",
                    "The file is kept as it came. See that the instrument's disk and the share are not full.")
            }
            notice("\(self.file.name): its last line has no end; it was complete all the same")
        }
        return result
    }
}
