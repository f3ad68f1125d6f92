import DeviceKit
import Store
import Synchronization

/// The newest value of each polled state.
final class LastReadings: Sendable {
    private struct Key: Hashable {
        var device: String
        var state: String
    }

    private let reports = Mutex<[Key: ReadingReport]>([:])

    func note(
        _ result: Result<StateValue, DeviceError>, of state: StateDescription, device: String, at moment: Moment,
        _ schedule: PollSchedule
    ) {
        self.reports.withLock { reports in
            let key = Key(device: device, state: state.name)
            var report = reports[key] ?? ReadingReport(device: device, state: state.name)
            switch result {
            case .success(let value):
                report.value = value.quantity?.value
                report.unit = value.quantity.map(\.unit.symbol) ?? ""
                report.word = value.word
                report.time = moment.text
                report.error = nil
            case .failure(let error):
                report.error = error.description
            }
            report.missed = schedule.missed
            report.leftOut = schedule.leftOut
            reports[key] = report
        }
    }

    /// By device and state.
    var all: [ReadingReport] {
        self.reports.withLock { $0.values.sorted { ($0.device, $0.state) < ($1.device, $1.state) } }
    }
}
