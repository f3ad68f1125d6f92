import FoundationEssentials

/// The two folders of a simulated exchange of files: takes orders in the order of their names, and writes results in two
/// pieces, so that whoever reads at once reads half.
final class ExchangeFolder: Sendable {
    struct Output: Sendable {
        var name: String
        var bytes: [UInt8]
    }

    /// Between two looks, and between the two pieces of a file. Wall time.
    private static let pause = Duration.milliseconds(40)

    let path: String
    /// Of results.
    private let out: String
    private let watching: Task<Void, Never>?

    /// - Parameters:
    ///   - suffix: of orders.
    ///   - keepsOrders: whether they stay where they are when they are seen, as with a person who reads them.
    init(
        _ name: String, orders suffix: String, keepsOrders: Bool = false,
        _ answer: @escaping @Sendable (_ order: String, _ bytes: [UInt8]) async -> [Output]
    ) throws {
        let path = FileManager.default.temporaryDirectory.path + "/\(name)-" + UUID().uuidString
        for side in ["in", "out"] {
            try FileManager.default.createDirectory(atPath: "\(path)/\(side)", withIntermediateDirectories: true)
        }
        self.path = path
        self.out = "\(path)/out"
        self.watching = Task {
            var seen: Set<String> = []
            while !Task.isCancelled {
                try? await ContinuousClock().sleep(for: Self.pause)
                let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/in")) ?? []
                seen.formIntersection(names)
                for name in names.sorted() where name.hasSuffix(suffix) && !name.hasPrefix(".") {
                    guard seen.insert(name).inserted,
                        let bytes = FileManager.default.contents(atPath: "\(path)/in/\(name)")
                    else { continue }
                    if !keepsOrders { try? FileManager.default.removeItem(atPath: "\(path)/in/\(name)") }
                    for file in await answer(name, Array(bytes)) { await Self.write(file, into: "\(path)/out") }
                }
            }
        }
    }

    /// A folder that results come into, and no orders.
    init(exports name: String) throws {
        self.path = FileManager.default.temporaryDirectory.path + "/\(name)-" + UUID().uuidString
        self.out = self.path
        self.watching = nil
        try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
    }

    func write(_ file: Output) async { await Self.write(file, into: self.out) }

    func close() {
        self.watching?.cancel()
        try? FileManager.default.removeItem(atPath: self.path)
    }

    private static func write(_ file: Output, into folder: String) async {
        let path = "\(folder)/\(file.name)"
        try? Data(file.bytes.prefix(file.bytes.count / 2)).write(to: URL(filePath: path))
        try? await ContinuousClock().sleep(for: Self.pause)
        try? Data(file.bytes).write(to: URL(filePath: path))
    }
}
