import Testing

@testable import Demo

@Suite struct LabFileTests {
    @Test func `a path is taken as it is, that of a folder means the description in it`() throws {
        #expect(try LabFile.path(of: ExampleLab.file) == ExampleLab.file)
        let folder = ExampleLab.file.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        #expect(try LabFile.path(of: folder.joined(separator: "/")) == ExampleLab.file)
    }

    @Test func `a lab that is not there is told with all places looked at`() {
        let failure = #expect(throws: LabFile.NotFound.self) { try LabFile.path(of: "no-such-lab") }
        #expect(failure?.places.first == "labs/no-such-lab/lab.yaml")
        #expect(failure?.places.count == 3)
        #expect(failure?.description.contains("share/edge-agent/labs") == true)
    }
}
