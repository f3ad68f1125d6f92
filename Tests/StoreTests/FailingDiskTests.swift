import CStorageFaults
import Foundation
import Store
import Testing
import Trials

/// R13: a disk that does not keep what it is told. After a failed fsync nobody knows what reached it, so nothing may be
/// promised any more.
@Suite(.serialized) struct FailingDiskTests {
    @Test(arguments: Trials.seeds("R13", 8, soak: 200))
    func `after a failed fsync nothing is reported durable, and what was reported is there`(seed: UInt64) async throws {
        var dice = SeededGenerator(seed: seed)
        let scratch = try Scratch()
        var acknowledged: [UUIDv7] = []
        do {
            let journal = try scratch.journal()
            let watch = MachineWatch(journal: journal, policy: .tiny)
            #expect(await watch.look() == nil)
            storage_faults_arm(scratch.path, Int.random(in: 0..<20, using: &dice))
            defer { storage_faults_arm(nil, 0) }
            let outcomes = await Self.keepMany(journal, seed: seed)
            #expect(storage_faults_count() > 0)
            for case .failure(let error) in outcomes { #expect(error.code == .storageFailed, "seed \(seed): \(error)") }
            for case .success(let id) in outcomes { acknowledged.append(id) }
            #expect(journal.storageFailure != nil)
            #expect(await watch.look()?.hasPrefix("storage failed: ") == true)
            #expect(watch.obstacle?.contains("start the agent again") == true)
            #expect(await watch.look() == nil, "it is said once")
            await #expect(throws: StoreError.self) { try await journal.close() }
        }
        let journal = try scratch.journal()
        #expect(journal.damage == nil)
        #expect(!journal.hadCleanShutdown)
        #expect(try await journal.integrityFindings() == [])
        for id in acknowledged { #expect(try await journal.outboxItem(id)?.isIntact == true) }
        try await journal.enqueue(journal.makeResult())
    }

    /// Four tasks that keep thirty results each, whatever becomes of them.
    private static func keepMany(_ journal: Journal, seed: UInt64) async -> [Result<UUIDv7, StoreError>] {
        await withTaskGroup(of: [Result<UUIDv7, StoreError>].self) { group in
            for _ in 0..<4 {
                group.addTask {
                    var outcomes: [Result<UUIDv7, StoreError>] = []
                    for _ in 0..<30 {
                        let result = journal.makeResult(request: UUID().uuidString)
                        let isTooLate = storage_faults_count() > 0
                        do throws(StoreError) {
                            try await journal.enqueue(result)
                            #expect(!isTooLate, "seed \(seed): kept after a failed fsync")
                            outcomes.append(.success(result.id))
                        } catch {
                            outcomes.append(.failure(error))
                        }
                    }
                    return outcomes
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
    }

    @Test func `a checkpoint that fails is a failed disk, too`() async throws {
        let scratch = try Scratch()
        let journal = try scratch.journal()
        let result = journal.makeResult()
        try await journal.enqueue(result)
        storage_faults_arm(scratch.path, 0)
        defer { storage_faults_arm(nil, 0) }
        await #expect(throws: StoreError.self) { try await journal.checkpoint() }
        #expect(journal.storageFailure?.code == .storageFailed)
        let error = await #expect(throws: StoreError.self) { try await journal.enqueue(journal.makeResult()) }
        #expect(error?.code == .storageFailed)
        #expect(try await journal.outboxItem(result.id) != nil, "what is known can still be read")
    }
}

extension MachineWatch.Policy {
    fileprivate static let tiny = {
        var policy = MachineWatch.Policy()
        policy.reserve = 65_536
        return policy
    }()
}
