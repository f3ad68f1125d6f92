import Analysis
import DeviceKit
import Methods
import Protocols
import Store
import Testing

@testable import EdgeAgent

/// What the lab has determined about itself, on a page.
@Suite struct CalibrationPageTests {
    private static func keep(
        _ kind: String, _ subject: String, _ value: Double?, isPassed: Bool = true, detail: JSONValue = [:],
        in journal: Journal
    ) async throws -> UUIDv7 {
        let run = try await journal.createRun(request: [:], requestID: kind, quantity: "lab", method: "calibrate")
        try await journal.setRunState(run, .checking)
        try await journal.setRunState(run, .running)
        try await journal.finishRun(
            run,
            with: NewCalibration(
                kind: kind, subject: subject, value: value, uncertainty: value.map { _ in 0.00123 }, unit: "1/cm",
                isPassed: isPassed, detail: detail, person: "Mona"))
        return run
    }

    @Test func `each stands with value, uncertainty, date, person, run and whether it counts`() async throws {
        try await ConsoleBench.run { bench in
            let browser = try await bench.browser()
            let empty = try await browser.get("/calibrations").body
            #expect(empty.contains("1 ± 0.005 1/cm") && empty.contains("by the lab’s description"), "\(empty)")
            _ = try await Self.keep("cell constant", "electrochemistry", 1.01, in: bench.journal)
            let run = try await Self.keep("cell constant", "electrochemistry", 1.021_234_5, in: bench.journal)
            _ = try await Self.keep(
                "densimeter check", "densimeter", nil, isPassed: false,
                detail: ["faults": ["the densimeter failed: <no answer>"]], in: bench.journal)
            let page = try await browser.get("/calibrations").body
            let (current, earlier) = try #require(page.splitAtEarlier)
            #expect(current.contains("1.0212 ± 0.0012 1/cm") && current.contains(#"state good">valid"#), "\(current)")
            #expect(current.contains("for Mona") && current.contains(#"href="/runs/\#(run)""#))
            #expect(current.contains("no value") && current.contains(#"state bad">failed"#))
            #expect(current.contains("the densimeter failed: &lt;no answer&gt;"))
            #expect(earlier.contains("1.01 ± 0.0012 1/cm") && earlier.contains(">superseded"))
            #expect(page.contains("Densimeter did not pass its check of"))
            #expect(try await browser.get("/").body.contains("Densimeter did not pass its check of"))
        }
    }

    @Test func `what can be begun is a form for whoever may, and what is typed is checked`() async throws {
        try await ConsoleBench.run { bench in
            let viewer = try await bench.browser("eve", .viewer)
            let shown = try await viewer.get("/calibrations").body
            #expect(!shown.contains("<form method=\"post\" action=\"/calibrations"))
            #expect(try await viewer.send("/calibrations/densimeter", ["standard": "water"]).status == 403)
            let browser = try await bench.browser()
            let page = try await browser.get("/calibrations").body
            for form in ["cell-constant", "densimeter", "line-volume"] {
                #expect(page.contains(#"action="/calibrations/\#(form)""#), "\(form)")
            }
            #expect(page.contains(#"<option value="0.1 mol/kg" selected>"#) && page.contains(#"value="vial_1""#))
            for (form, fields, reason) in [
                ("cell-constant", ["standard": "0.1 mol/kg", "lot": "", "fillings": "3"], "lot of the standard"),
                ("cell-constant", ["standard": "0.1 mol/kg", "lot": "7", "fillings": "many"], "no number of fillings"),
                ("densimeter", ["standard": "oil", "method": ""], "neither water nor air"),
                ("line-volume", ["vial": "vial_1", "density": "heavy", "uncertainty": "0,001"], "number"),
                ("densimeter", ["standard": "water", "method": ""], "no agent runs"),
            ] {
                let answer = try await browser.send("/calibrations/\(form)", fields)
                #expect(answer.status >= 400 && answer.body.contains(reason), "\(fields): \(answer.body)")
            }
        }
    }

    @Test func `a cell that is wet is shown with the word that dries it`() async throws {
        try await ConsoleBench.run { bench in
            var fluid = try FluidState(describing: bench.desk.model)
            try fluid.apply(
                .fillByHand(cell: "electrochemistry", with: .aqueous), .done, through: bench.desk.model.router)
            _ = try await bench.journal.setStock(RunEngine.fluidKey, try JSONValue(kept: fluid))
            let browser = try await bench.browser()
            #expect(try await browser.get("/calibrations").body.contains("electrochemistry holds something aqueous"))
            let said = try await browser.send("/calibrations/electrochemistry/dried", [:])
            #expect(said.status == 303 && said.location == "/calibrations?said=dried", "\(said)")
            #expect(try await !browser.get("/calibrations").body.contains("holds something aqueous"))
            #expect(try await bench.journal.auditEntries().last?.act == "dry cell")
        }
    }
}

extension String {
    /// What is in use, and what stands below it under “Earlier”.
    fileprivate var splitAtEarlier: (String, String)? {
        self.firstRange(of: #"id="earlier""#).map {
            (String(self[..<$0.lowerBound]), String(self[$0.upperBound...]))
        }
    }
}
