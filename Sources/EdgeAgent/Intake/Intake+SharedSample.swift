import Methods
import Protocols
import Uplink

/// Requests for one sample that wait together: served from one formulation, each with a run and a result of its own. One that
/// is refused or fails leaves the others alone.
extension Intake {
    /// Serves them one after the other, and beside one that is only measured any more the next that needs other cells. The lab
    /// is cleaned when all have begun, whatever became of them.
    ///
    /// - Returns: whether one was begun.
    func serve(_ group: [Candidate]) async throws -> Bool {
        var waiting = group
        var sample: StandingSample?
        let failure = await withDiscardingTaskGroup(returning: (any Error)?.self) { runs in
            do {
                while let claim = try await self.next(of: &waiting, from: sample) {
                    sample = sample ?? StandingSample(claim.prepared)
                    runs.addTask { await self.carryOut(claim, keepsSample: true) }
                    await self.engine.wait { $0.withLines == nil }
                }
                try await self.engine.cleanOwed()
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
        try await self.engine.cleanOwed()
        return sample != nil
    }

    /// The next of them that can begin, reserved; waits while all that are left would disturb what is measured.
    ///
    /// - Parameter waiting: loses those that begin or are left alone.
    private func next(of waiting: inout [Candidate], from sample: StandingSample?) async throws -> Claim? {
        while !waiting.isEmpty {
            try Task.checkCancellation()
            let measured = await self.engine.underWay.measuredCells
            guard let (index, prepared) = try await self.choose(from: &waiting, sample) else {
                if !waiting.isEmpty { await self.engine.wait { $0.measuredCells != measured } }
                continue
            }
            let (request, method) = waiting.remove(at: index)
            do throws(RequestRefusal) {
                if let claim = try await self.claim(request, prepared, method, besideMeasurements: true) {
                    return claim
                }
            } catch {
                try await self.leaveAlone(request, method, reason: error.reason)
            }
        }
        return nil
    }

    /// The oldest of those that disturb nothing, before them one for which an instrument has the right temperature already.
    private func choose(
        from waiting: inout [Candidate], _ sample: StandingSample?
    ) async throws -> (index: Int, prepared: PreparedRun)? {
        var oldest: (index: Int, prepared: PreparedRun)?
        for (request, method) in waiting {
            guard let index = waiting.firstIndex(where: { $0.request.uuid == request.uuid }) else { continue }
            do throws(RequestRefusal) {
                let prepared = try await self.prepare(request, method, from: sample)
                guard await !self.engine.disturbsMeasurement(prepared.plan) else { continue }
                if await self.engine.findsTemperature(prepared.plan) { return (index, prepared) }
                if oldest == nil { oldest = (index, prepared) }
            } catch {
                waiting.remove(at: index)
                try await self.leaveAlone(request, method, reason: error.reason)
            }
        }
        return oldest
    }
}
