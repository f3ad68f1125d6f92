import DeviceKit
import Foundation
import Links
import Testing

/// Files that come and go in two folders.
@Suite struct FolderLinkTests {
    /// Folders of one test, and the link to them.
    final class Share: Sendable {
        let path: String
        let link: FolderLink

        init() throws {
            self.path = FileManager.default.temporaryDirectory.path + "/share-\(UUID())"
            for side in ["in", "out"] {
                try FileManager.default.createDirectory(
                    atPath: "\(self.path)/\(side)", withIntermediateDirectories: true)
            }
            self.link = FolderLink(
                device: "dma", path: self.path,
                timing: .init(
                    poll: .milliseconds(10), stable: .milliseconds(60), abandoned: .milliseconds(200),
                    answer: .seconds(10)))
        }

        deinit { try? FileManager.default.removeItem(atPath: self.path) }

        func deliver(_ name: String, _ text: String) throws {
            try Data(text.utf8).write(to: URL(filePath: "\(self.path)/out/\(name)"))
        }

        func append(_ name: String, _ text: String) throws {
            let file = try FileHandle(forWritingTo: URL(filePath: "\(self.path)/out/\(name)"))
            try file.seekToEnd()
            try file.write(contentsOf: Data(text.utf8))
            try file.close()
        }

        var orders: [String] {
            get throws { try FileManager.default.contentsOfDirectory(atPath: "\(self.path)/in").sorted() }
        }
    }

    @Test func `an order appears whole, and is withdrawn once`() async throws {
        let share = try Share()
        try await share.link.exchange("order") { exchange throws(DeviceError) in
            try await exchange.place("S-1.lims", Array("#V100".utf8))
        }
        #expect(try share.orders == ["S-1.lims"])
        #expect(try await share.link.withdraw("S-1.lims"))
        #expect(try await !share.link.withdraw("S-1.lims"))
    }

    @Test func `an order that still waits is not overwritten`() async throws {
        let share = try Share()
        await #expect(throws: DeviceError.self) {
            try await share.link.exchange("order") { exchange throws(DeviceError) in
                try await exchange.place("S-1.lims", [1])
                try await exchange.place("S-1.lims", [2])
            }
        }
    }

    @Test func `what was there before is no answer, and no file is given out twice`() async throws {
        let share = try Share()
        try share.deliver("old.csv", "old")
        try await share.link.exchange("wait") { exchange throws(DeviceError) in
            #expect(exchange.isKnown(beginning: "OLD"))
            try? share.deliver("new.csv", "new")
            let file = try await exchange.nextFile(until: .now + .seconds(10)) { _, _ in true }
            #expect(file?.name == "new.csv" && file?.bytes == Array("new".utf8))
            let next = try await exchange.nextFile(until: .now + .milliseconds(200)) { _, _ in true }
            #expect(next == nil)
        }
    }

    @Test func `a file that grows is read when it is whole`() async throws {
        let share = try Share()
        let writing = Task {
            try share.deliver("r.csv", "12")
            for _ in 0..<8 {
                try await Task.sleep(for: .milliseconds(30))
                try share.append("r.csv", "3")
            }
            try share.append("r.csv", "\n")
        }
        let file = try await share.link.exchange("wait") { exchange throws(DeviceError) in
            try await exchange.nextFile(until: .now + .seconds(10)) { _, bytes in bytes.last == 0x0A }
        }
        try await writing.value
        #expect(file.map { String(decoding: $0.bytes, as: UTF8.self) } == "1233333333\n")
        #expect(file?.isAbandoned == false)
    }

    @Test func `half a file is given out as half a file, and once more when it goes on`() async throws {
        let share = try Share()
        try await share.link.exchange("wait") { exchange throws(DeviceError) in
            try? share.deliver("r.csv", "half")
            let half = try await exchange.nextFile(until: .now + .seconds(10)) { _, bytes in bytes.last == 0x0A }
            #expect(half?.isAbandoned == true)
            try? share.append("r.csv", " and half\n")
            let whole = try await exchange.nextFile(until: .now + .seconds(10)) { _, bytes in bytes.last == 0x0A }
            #expect(whole.map { String(decoding: $0.bytes, as: UTF8.self) } == "half and half\n")
            #expect(whole?.isAbandoned == false)
        }
    }

    @Test func `a share that is not there is absent, and says where it should be`() async throws {
        let link = FolderLink(device: "dma", path: "/nowhere/at/all")
        let error = await #expect(throws: DeviceError.self) { try await link.probe() }
        #expect(error?.code == .absent)
        #expect(error?.description.contains("/nowhere/at/all") == true)
    }

    @Test func `waiting ends when it is cancelled`() async throws {
        let share = try Share()
        let waiting = Task {
            try await share.link.exchange("wait") { exchange throws(DeviceError) in
                try await exchange.nextFile(until: .now + .seconds(600)) { _, _ in true }
            }
        }
        waiting.cancel()
        let error = await #expect(throws: DeviceError.self) { try await waiting.value }
        #expect(error?.code == .cancelled)
    }

    @Test func `one order has the folders at a time`() async throws {
        let share = try Share()
        let (began, begin) = AsyncStream.makeStream(of: Void.self)
        let first = Task {
            try await share.link.exchange("first") { exchange throws(DeviceError) in
                begin.yield()
                _ = try await exchange.nextFile(until: .now + .seconds(600)) { _, _ in true }
            }
        }
        for await _ in began { break }
        let error = await #expect(throws: DeviceError.self) {
            try await share.link.exchange("second") { _ throws(DeviceError) in }
        }
        #expect(error?.code == .busy)
        first.cancel()
        _ = await first.result
        try await share.link.exchange("third") { _ throws(DeviceError) in }
    }
}
