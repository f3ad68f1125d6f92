import DeviceKit
import Hummingbird
import Protocols

/// What can be done. Each answers with the way to a page, so that nothing is done twice by reloading.
extension ConsoleSite {
    func addActs(to router: Router<ConsoleContext>) {
        router.post("prompts/:id", use: self.done(by: { $0.may(.operator) }, self.answer))
        self.add("runs/:id/stop", .stopped, to: router) { call in
            (.stop(run: call.parameter("id")), "/runs/\(call.parameter("id"))")
        }
        self.add("runs/:id/abandon", .abandoned, to: router) { call in
            (.abandon(run: call.parameter("id")), "/runs/\(call.parameter("id"))")
        }
        self.add("liquids/:node/refill", .refilled, to: router) { call in
            (.refill(node: call.parameter("node"), volume: PromptForm.quantity(call.field("volume"), "mL")), "/liquids")
        }
        self.add("liquids/:node/free", .freed, to: router) { call in
            (.free(vial: call.parameter("node")), "/liquids")
        }
        self.add("liquids/:node/empty", .emptied, to: router) { call in
            (.empty(node: call.parameter("node")), "/liquids")
        }
        self.add("results/:id/retry", .retried, to: router) { call in
            (.retry(result: call.parameter("id")), "/results/\(call.parameter("id"))")
        }
        self.add("calibrations/:cell/dried", .dried, to: router) { call in
            (.dried(cell: call.parameter("cell")), "/calibrations")
        }
        self.addCalibrations(to: router)
        self.add("incidents/:id/acknowledge", .acknowledged, to: router) { call in
            (.acknowledge(incident: call.parameter("id")), "/")
        }
        self.add("release", .released, to: router) { _ in (.release, "/") }
        router.post("halt", use: self.done(by: \.mayHalt, self.halt))
    }

    private func add(
        _ path: RouterPath, _ said: Said, to router: Router<ConsoleContext>,
        _ act: @escaping @Sendable (Call) -> (act: ConsoleAct, page: String)
    ) {
        router.post(
            path,
            use: self.done(by: { $0.may(.operator) }) { call in
                let (act, page) = act(call)
                _ = try await self.desk.perform(act, by: call.person)
                return .then(page, said: said)
            })
    }

    /// What is wrong with what was typed is said beside it, with everything else as it was typed.
    private func answer(_ call: Call) async throws -> Response {
        let id = call.parameter("id")
        let prompt: PromptView = try await self.desk.view(.prompt(id: id))
        let form = PromptForm(call, for: prompt)
        do throws(ConsoleRefusal) {
            let act = ConsoleAct.answer(
                prompt: id, answer: form.answer, entries: form.entries, role: call.visitor.role ?? .viewer)
            _ = try await self.desk.perform(act, by: call.person)
        } catch {
            guard let entry = error.entry else { throw error }
            let slip = PromptCard.Slip(
                answer: form.answer, entries: PromptForm.typed(in: call), entry: entry, reason: error.description)
            let page = self.page(of: prompt, for: call.visitor, status: .unprocessableContent, slip: slip)
            return try await self.answer(page, to: call.visitor)
        }
        return .then("/", said: .answered)
    }

    private func addCalibrations(to router: Router<ConsoleContext>) {
        self.addCalibration("cell-constant", to: router) { call in
            .cellConstant(
                standard: call.field("standard"), lot: call.field("lot"), fillings: call.field("fillings"))
        }
        self.addCalibration("densimeter", to: router) { call in
            .densimeter(standard: call.field("standard"), method: call.field("method"))
        }
        self.addCalibration("line-volume", to: router) { call in
            .lineVolume(
                vial: call.field("vial"), density: PromptForm.quantity(call.field("density"), "g/mL"),
                uncertainty: PromptForm.quantity(call.field("uncertainty"), "g/mL"))
        }
    }

    /// Afterwards the browser is sent to its run.
    private func addCalibration(
        _ name: String, to router: Router<ConsoleContext>, _ wish: @escaping @Sendable (Call) -> CalibrationWish
    ) {
        router.post(
            "calibrations/\(name)",
            use: self.done(by: { $0.may(.operator) }) { call in
                let begun = try await self.desk.perform(.calibrate(wish(call)), by: call.person)
                return .then("/runs/\(begun["run"]?.string ?? "")", said: .begun)
            })
    }

    private func halt(_ call: Call) async throws -> Response {
        let halt = try await self.desk.perform(.halt, by: call.person).decode(HaltView.self)
        return try await self.answer(MessagePage.halted(halt, visitor: call.visitor), to: call.visitor)
    }
}
