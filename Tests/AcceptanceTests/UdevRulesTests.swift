import Foundation
import Site
import Testing

@Suite struct UdevRulesTests {
    /// What udev understands, as far as it is used here: `KEY==`, `!=`, `=` or `+=` and a quoted value, separated by commas.
    @Test func `each line of the udev rules is one that udev reads`() throws {
        let file = EdgeAgentProgram.root.appending(path: "packaging/udev/60-edge-agent.rules")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(!lines.isEmpty)
        let clause = /(SUBSYSTEMS?|ACTION|DRIVERS?|GROUP|MODE|ATTR\{\w+\}|ENV\{\w+\})(==|!=|\+=|=)"[^"]*"/
        for line in lines {
            for part in line.components(separatedBy: ", ") {
                #expect(part.wholeMatch(of: clause) != nil, "\(part)")
            }
            let assigns = line.contains(/(GROUP|MODE|ATTR\{\w+\}|ENV\{\w+\})=[^=]/)
            #expect(assigns && line.contains(#"ACTION!="remove""#), "\(line)")
        }
    }
}
