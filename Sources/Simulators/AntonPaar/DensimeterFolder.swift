import FoundationEssentials
import Protocols

/// The two folders of a simulated LIMS exchange: takes orders in the order of their names, and writes results in two
/// pieces, so that whoever reads at once reads half.
final class DensimeterFolder: Sendable {
    struct Output: Sendable {
        var name: String
        var bytes: [UInt8]
    }

    /// Between two looks, and between the two pieces of a file. Wall time.
    private static let pause = Duration.milliseconds(40)

    let path: String
    private let watching: Task<Void, Never>

    init(_ answer: @escaping @Sendable (LimsOrder) async -> [Output]) throws {
        let path = FileManager.default.temporaryDirectory.path + "/densimeter-" + UUID().uuidString
        for side in ["in", "out"] {
            try FileManager.default.createDirectory(atPath: "\(path)/\(side)", withIntermediateDirectories: true)
        }
        self.path = path
        self.watching = Task {
            while !Task.isCancelled {
                try? await ContinuousClock().sleep(for: Self.pause)
                let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/in")) ?? []
                for name in names.sorted() where name.hasSuffix(".lims") && !name.hasPrefix(".") {
                    guard let order = Self.take("\(path)/in/\(name)") else { continue }
                    for file in await answer(order) { await Self.write(file, into: "\(path)/out") }
                }
            }
        }
    }

    func close() {
        self.watching.cancel()
        try? FileManager.default.removeItem(atPath: self.path)
    }

    /// An order that cannot be read disappears all the same; unverified.
    private static func take(_ path: String) -> LimsOrder? {
        guard let bytes = FileManager.default.contents(atPath: path) else { return nil }
        try? FileManager.default.removeItem(atPath: path)
        return LimsOrder(parsing: Array(bytes))
    }

    private static func write(_ file: Output, into folder: String) async {
        let path = "\(folder)/\(file.name)"
        try? Data(file.bytes.prefix(file.bytes.count / 2)).write(to: URL(filePath: path))
        try? await ContinuousClock().sleep(for: Self.pause)
        try? Data(file.bytes).write(to: URL(filePath: path))
    }
}
