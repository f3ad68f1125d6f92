import Foundation
import Store
import Testing

@Suite struct GroupCommitTests {
    @Test func `one failing write takes no other with it`() async throws {
        let journal = try Scratch().journal()
        let results = (0..<200).map { _ in journal.makeResult(request: UUID().uuidString) }
        let outcomes = await withTaskGroup(of: (Int, StoreError.Code?).self) { group in
            for (index, result) in (results + results[..<20]).enumerated() {
                group.addTask {
                    do throws(StoreError) {
                        try await journal.enqueue(result)
                        return (index, nil)
                    } catch {
                        return (index, error.code)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count(where: { $0.1 == nil }) == 200)
        #expect(outcomes.count(where: { $0.1 == .duplicate }) == 20)
        #expect(try await journal.outboxCounts()[.ready] == 200)
        for result in results { #expect(try await journal.outboxItem(result.id) != nil) }
    }

    @Test func `a cancelled task still gets its commit`() async throws {
        let journal = try Scratch().journal()
        let result = journal.makeResult()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await journal.enqueue(result)
            return try await journal.outboxItem(result.id)
        }
        #expect(try await task.value?.state == .ready)
    }

    @Test func `after closing, every call says so`() async throws {
        let journal = try Scratch().journal()
        try await journal.close()
        let error = await #expect(throws: StoreError.self) { try await journal.makeRun() }
        #expect(error?.code == .closed)
    }
}
