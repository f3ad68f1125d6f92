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

    /// Whether a file is of the order's sample, by its name or by what it says inside.
    func concerns(_ file: FolderExchange.File) -> Bool {
        if self.isNamed(file.name) { return true }
        return ResultFile(file).isOf(self.order.sample)
    }

    /// Whether a file's name is that of a result of the sample.
    func isNamed(_ name: String) -> Bool { name.lowercased().hasPrefix("\(self.order.sample)_".lowercased()) }

    /// - Parameter others: names of further files of the same sample.
    func readings(
        in file: FolderExchange.File, besides others: [String], _ notice: (String) -> Void
    ) throws(DeviceError) -> [DensimetryReading] {
        let result = try ResultFile(file).result(notice) { self.error(.garbled, $0, $1) }
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
