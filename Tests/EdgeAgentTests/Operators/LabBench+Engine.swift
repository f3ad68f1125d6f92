import DeviceKit
import LabBench
import Methods
import Store

@testable import EdgeAgent

extension LabBench {
    /// The example lab's engine, with a journal of its own.
    func makeEngine(_ journal: Journal, in folder: StateFolder) async throws -> RunEngine {
        let model = self.description.model
        let executor = StepExecutor(
            laboratory: self.laboratory, interlocks: Interlocks(laboratory: self.laboratory, router: model.router),
            clock: self.clock, cellTemperature: model.cell.temperature, archive: RawArchive(directory: folder.path).keep
        )
        return try await RunEngine(
            journal: journal, laboratory: self.laboratory, executor: executor, model: model, tenant: "tenant",
            observe: { _ in })
    }
}
