import Glibc

/// One reader of bytes from outside. It may refuse whatever it is given, but must come back, soon, and with what it
/// promises: a reader of text that is also written has to read what was written.
struct FuzzTarget: Sendable {
    let name: String
    /// Longest input that libFuzzer makes; longer ones come from `Swelling`.
    let longest: Int
    let take: @Sendable ([UInt8]) -> Void

    init(_ name: String, longest: Int = 4096, take: @escaping @Sendable ([UInt8]) -> Void) {
        self.name = name
        self.longest = longest
        self.take = take
    }

    /// Processor seconds for one input of libFuzzer's, with all instrumentation.
    static let longestTime = 0.1

    static let all: [FuzzTarget] = [
        .json, .jsonSchema, .finales,
        .methodScriptOutput, .methodScript, .wirePattern, .modbusRTU, .modbusTCP, .modbusPoint,
        .quantity, .endpoint, .linkFault, .transcript, .csv, .labTables, .circuit, .profile, .lab,
        .palmSensBridge, .palmSensSession, .densimeter, .eposV2, .eposV1, .slcan, .sdo,
        .brokerBody, .controlLine, .linkList, .salvage, .udevDevice,
    ]

    static func named(_ name: String) -> FuzzTarget? { Self.all.first { $0.name == name } }

    /// Takes an input and ends the program if that takes too much of the processor; twice, since anything can happen
    /// once: tables that are made at first use, for example.
    ///
    /// - Returns: processor seconds.
    @discardableResult
    func takeInTime(_ input: [UInt8], limit: Double) -> Double {
        var time = self.timeTaken(by: input)
        if time > limit { time = self.timeTaken(by: input) }
        promise(time <= limit, "\(self.name): \(input.count) bytes took \(time) s of \(limit) s")
        return time
    }

    private func timeTaken(by input: [UInt8]) -> Double {
        let start = Self.processorTime
        self.take(input)
        return Self.processorTime - start
    }

    /// Of this program, in seconds: what else the machine does has no part in it.
    private static var processorTime: Double { Double(clock()) / Double(CLOCKS_PER_SEC) }
}

/// Ends the program where a reader breaks a promise.
func promise(_ isKept: Bool, _ words: @autoclosure () -> String) {
    if !isKept { fatalError(words()) }
}
