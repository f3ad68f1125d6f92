import DeviceKit
import Links
import Protocols

/// Decides which file answers an order, and whether it can be believed.
struct LimsAnswer {
    let order: LimsOrder
    let device: String

    init(to order: LimsOrder, device: String) {
        self.order = order
        self.device = device
    }

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

    /// Whether a file is of the order's sample, by its name or by what it says inside.
    func concerns(_ file: FolderExchange.File) -> Bool {
        if self.isNamed(file.name) { return true }
        let samples = (try? LimsResult(parsing: file.bytes))?.samples ?? []
        return samples.contains { $0.lowercased() == self.order.sample.lowercased() }
    }

    /// Whether a file's name is that of a result of the sample.
    func isNamed(_ name: String) -> Bool { name.lowercased().hasPrefix("\(self.order.sample)_".lowercased()) }

    /// - Parameter others: names of further files of the same sample.
    func readings(
        in file: FolderExchange.File, besides others: [String], _ notice: (String) -> Void
    ) throws(DeviceError) -> [DensimetryReading] {
        let result: LimsResult
        do throws(DensimeterFormatError) {
            result = try LimsResult(parsing: file.bytes)
        } catch {
            throw self.error(
                .garbled, "\(file.name): \(error)",
                "The file is kept as it came. Compare the method's output and the export's settings on the instrument.")
        }
        if file.isAbandoned {
            guard !result.endsInNumber else {
                throw self.error(
                    .garbled, "\(file.name) ends within a number, and nothing has come since",
                    "The file is kept as it came. See that the instrument's disk and the share are not full.")
            }
            notice("\(file.name): its last line has no end; it was complete all the same")
        }
        guard others.isEmpty else {
            throw self.error(
                .mismatch, "two results for one sample: \(([file.name] + others).joined(separator: ", "))",
                "All files are still in the folder. Find out who measured this sample a second time.")
        }
        guard file.name.lowercased() == self.order.resultName.lowercased() else {
            throw self.error(
                .mismatch, "asked for \(self.order.resultName), and got \(file.name)",
                "The file is kept as it came. See which method measured the sample, and how the instrument names files."
            )
        }
        let strange = result.samples.filter { $0.lowercased() != self.order.sample.lowercased() }
        guard strange.isEmpty else {
            throw self.error(
                .mismatch, "\(file.name) is of sample \(strange.sorted().joined(separator: ", "))",
                "The file is kept as it came. The instrument changed the name, or mixed up two samples.")
        }
        return result.readings
    }

    private func error(_ code: DeviceError.Code, _ detail: String, _ advice: String) -> DeviceError {
        DeviceError(code, device: self.device, command: "measure \(self.order.sample)", detail, advice: advice)
    }
}
