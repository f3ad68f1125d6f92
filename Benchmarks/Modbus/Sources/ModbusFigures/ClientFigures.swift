import DeviceKit
import Foundation
import Links
import Protocols

/// How fast our client reads.
enum ClientFigures {
    /// One connection, one request after the other, each awaited from this task.
    static func one(port: Int, registers: Int, seconds: Int) async throws {
        let link = ModbusLink(name: "bench", over: TCPLink(host: "127.0.0.1", port: UInt16(port)), framing: .tcp)
        let request = ModbusRequest.read(.holding, address: 0, count: registers)
        _ = try await link.ask(request, of: 1)
        var times: [Double] = []
        let clock = ContinuousClock()
        let begin = clock.now
        while clock.now - begin < .seconds(seconds) {
            let start = clock.now
            _ = try await link.ask(request, of: 1)
            times.append((clock.now - start) / .microseconds(1))
        }
        times.sort()
        ModbusFigures.print([
            "requests_per_s": Double(times.count) / ((clock.now - begin) / .seconds(1)),
            "p50_us": times[times.count / 2], "p99_us": times[times.count * 99 / 100],
        ])
    }

    /// Several devices at once, each read whole and decoded into numbers with their units; per second of processor time.
    static func many(port: Int, devices: Int, registers: Int, seconds: Int) async throws {
        let points = try (0..<registers).map {
            try ModbusPoint(.holding, address: UInt16($0), .number(.i16), scale: 0.1, unit: "°C")
        }
        let before = Self.processorSeconds
        let values = try await withThrowingTaskGroup(of: Int.self) { group in
            for device in 0..<devices {
                group.addTask {
                    let link = ModbusLink(
                        name: "bench \(device)", over: TCPLink(host: "127.0.0.1", port: UInt16(port)), framing: .tcp)
                    let clock = ContinuousClock()
                    let begin = clock.now
                    var count = 0
                    var sum = 0.0
                    while clock.now - begin < .seconds(seconds) {
                        let answer = try await link.ask(.read(.holding, address: 0, count: registers), of: 1)
                        guard case .contents(let contents) = answer else { break }
                        for point in points {
                            guard case .number(let number) = try point.value(in: contents, from: 0) else { continue }
                            sum += Temperature(si: number + 273.15).si
                            count += 1
                        }
                    }
                    link.close()
                    return sum > 0 ? count : 0
                }
            }
            return try await group.reduce(0, +)
        }
        let used = Self.processorSeconds - before
        ModbusFigures.print(["values_per_s": Double(values) / Double(seconds), "values_per_cpu_s": Double(values) / used])
    }

    /// Units on one serial line, of each 16 registers scattered within 24 addresses, one unit after the other.
    static func line(_ tty: String, baud: Int, units: Int, seconds: Int) async throws {
        let link = ModbusLink(
            name: "line", over: SerialLink(path: tty, settings: SerialSettings(baud: baud)), framing: .rtu(baud: baud))
        let plan = try ModbusReadPlan(Self.scattered.map { ModbusBlock(.holding, $0..<$0 + 1) }, limits: .init(gap: 8))
        let clock = ContinuousClock()
        _ = try await link.ask(plan.blocks[0].request, of: 1)
        let begin = clock.now
        var times: [Double] = []
        while clock.now - begin < .seconds(seconds) {
            for unit in 1...units {
                let start = clock.now
                for block in plan.blocks { _ = try await link.ask(block.request, of: UInt8(unit)) }
                times.append((clock.now - start) / .seconds(1))
            }
        }
        times.sort()
        let points = Double(Self.scattered.count)
        ModbusFigures.print([
            "points_per_s": points / times[times.count / 2],
            "mean_points_per_s": points * Double(times.count) / ((clock.now - begin) / .seconds(1)),
            "requests": Double(plan.blocks.count),
        ])
    }

    /// 16 of the addresses 0 to 23, the first and the last among them.
    static let scattered = [0, 1, 2, 4, 5, 7, 8, 9, 11, 13, 14, 16, 18, 19, 21, 23]

    private static var processorSeconds: Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }
}
