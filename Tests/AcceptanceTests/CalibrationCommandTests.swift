import Foundation
import Protocols
import Site
import Store
import Testing

/// `edge-agent calibrate` and `calibrations`, without a running agent.
@Suite struct CalibrationCommandTests {
    @Test func `what is due is said, and what was found is listed`() async throws {
        let lab = try LabCopy()
        try lab.change("lab.yaml", "determined: 2026-10-05", "determined: 2024-10-05, max-age: 180 d")
        let id: UUIDv7
        do {
            let journal = try Journal(in: StateDirectory(path: lab.state))
            let run = try await journal.createRun(
                request: [:], requestID: "cell constant", quantity: "lab", method: "calibrate")
            try await journal.setRunState(run, .checking)
            try await journal.setRunState(run, .running)
            id = try await journal.finishRun(
                run,
                with: NewCalibration(
                    kind: "densimeter check", subject: "densimeter", value: 0.0002, uncertainty: 5e-5, unit: "g/cm³",
                    isPassed: false, detail: ["faults": ["clean the cell"]], person: "Mona")
            ).id
            try await journal.close()
        }
        let list = try EdgeAgentProgram.run(["calibrations", "--config", lab.description])
        #expect(list.status == 0, "\(list.errors)")
        #expect(list.output.contains("not to be used: clean the cell") && list.output.contains("Mona"))
        #expect(list.output.contains("its limit is 180 days; determine it: `edge-agent calibrate cell-constant`"))
        #expect(list.output.contains("densimeter did not pass its check"), "\(list.output)")
        let json = try EdgeAgentProgram.run(["calibrations", "--json", "--config", lab.description])
        let report = try JSONValue(parsing: json.output)
        #expect(report["due"]?.array?.count == 2 && report["calibrations"]?[0]?["id"]?.string == "\(id)")
        let shown = try EdgeAgentProgram.run(["calibrations", "show", "\(id)", "--config", lab.description])
        #expect(shown.status == 0 && shown.output.contains("densimeter check of densimeter: 0.0002"), "\(shown.output)")
    }

    @Test func `nothing is calibrated without an agent, and nonsense is refused`() async throws {
        let lab = try LabCopy()
        do {
            let journal = try Journal(in: StateDirectory(path: lab.state))
            try await journal.close()
        }
        for (arguments, status, says) in [
            (["cell-constant", "--lot", "l"], 69, "no agent runs"),
            (["cell-constant", "--lot", "l", "--standard", "0.2"], 64, "is none of 0.01 mol/kg"),
            (["cell-constant"], 64, "--lot"), (["densimeter", "--standard", "oil"], 64, "neither water nor air"),
            (["line-volume", "vial_1", "--density", "1"], 64, "has no unit"),
        ] as [([String], Int32, String)] {
            let ended = try EdgeAgentProgram.run(["calibrate"] + arguments + ["--config", lab.description])
            #expect(ended.status == status && ended.errors.contains(says), "\(arguments): \(ended.errors)")
        }
        let unknown = try EdgeAgentProgram.run(
            ["calibrations", "show", "0197a000-0000-7000-8000-000000000001", "--config", lab.description])
        #expect(unknown.status == 65 && unknown.errors.contains("there is no calibration"), "\(unknown.errors)")
    }
}
