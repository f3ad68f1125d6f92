import DeviceKit

/// States of one device that are read together, every so often.
struct PollGroup: Sendable {
    let device: any ProfiledDevice
    let states: [StateDescription]
    let period: Duration

    /// The device's states that have a poll interval, by interval.
    static func groups(of device: any ProfiledDevice) -> [PollGroup] {
        Dictionary(grouping: device.states.filter { $0.poll != nil }) { $0.poll ?? .zero }
            .sorted { $0.key < $1.key }
            .map { PollGroup(device: device, states: $0.value, period: $0.key) }
    }

    /// What each state is now, or why that is not known. A sensor that has no value takes no other's away.
    func read() async -> [String: Result<StateValue, DeviceError>] {
        let names = self.states.map(\.name)
        do throws(DeviceError) {
            return try await self.device.read(names, priority: .poll).mapValues { .success($0) }
        } catch {
            guard names.count > 1, error.code == .faulted else {
                return Dictionary(uniqueKeysWithValues: names.map { ($0, .failure(error)) })
            }
        }
        var results: [String: Result<StateValue, DeviceError>] = [:]
        for name in names {
            do throws(DeviceError) {
                results[name] = try await self.device.read([name], priority: .poll)[name].map { .success($0) }
            } catch {
                results[name] = .failure(error)
            }
        }
        return results
    }
}
