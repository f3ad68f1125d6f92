import GRDB
import Protocols
import Store
import Testing

@Suite struct CalibrationTests {
    private static func new(_ value: Double?, isPassed: Bool = true, subject: String = "cell") -> NewCalibration {
        NewCalibration(
            kind: "cell constant", subject: subject, value: value, uncertainty: value.map { _ in 0.001 }, unit: "1/cm",
            isPassed: isPassed,
            detail: ["lot": "KCl-7"], person: "Mona")
    }

    private static func run(
        in journal: Journal, _ request: String = "5b528d65-5efe-4ae4-8411-6597776a40c5"
    ) async throws -> UUIDv7 {
        let run = try await journal.makeRun(request: request)
        try await journal.setRunState(run, .checking)
        try await journal.setRunState(run, .running)
        return run
    }

    @Test func `a calibration and the end of its run are one commit, and survive a restart`() async throws {
        let scratch = try Scratch()
        let (run, found): (UUIDv7, Calibration)
        do {
            let journal = try scratch.journal()
            run = try await Self.run(in: journal)
            found = try await journal.finishRun(run, with: Self.new(1.01))
            #expect(found.run == run && found.value == 1.01 && found.detail["lot"] == "KCl-7")
            #expect(try await journal.run(run)?.state == .succeeded)
            await #expect(throws: StoreError.self) { try await journal.finishRun(run, with: Self.new(1.02)) }
            #expect(try await journal.calibrations() == [found])
            try await journal.close()
        }
        let journal = try scratch.journal()
        #expect(try await journal.calibration(found.id) == found)
        #expect(journal.ids.make() > found.id)
        #expect(try await journal.integrityFindings() == [])
    }

    @Test func `the newest counts, of each subject and beside the newest that was not passed`() async throws {
        let journal = try Scratch().journal()
        for (number, one) in [
            Self.new(1), Self.new(2), Self.new(3, isPassed: false), Self.new(4, subject: "other"), Self.new(5),
        ].enumerated() {
            let run = try await Self.run(in: journal, "5b528d65-5efe-4ae4-8411-00000000000\(number)")
            try await journal.finishRun(run, with: one)
        }
        #expect(try await journal.currentCalibrations().map(\.value) == [3, 5, 4])
        #expect(try await journal.calibrations(limit: 2).map(\.value) == [5, 4])
        let last = try #require(try await journal.calibrations(limit: 2).last)
        #expect(try await journal.calibrations(before: last.id).map(\.value) == [3, 2, 1])
    }

    @Test func `only what was not passed may lack a value`() async throws {
        let journal = try Scratch().journal()
        let run = try await Self.run(in: journal)
        await #expect(throws: StoreError.self) { try await journal.finishRun(run, with: Self.new(nil)) }
        let found = try await journal.finishRun(run, with: Self.new(nil, isPassed: false))
        #expect(found.value == nil && found.uncertainty == nil && !found.isPassed)
        #expect(try await journal.currentCalibrations() == [found])
    }
}
