import Hummingbird
import Protocols
import Store

/// What can be done. Each answers with the way to a page, so that nothing is done twice by reloading.
extension ConsoleSite {
    func addActs(to router: Router<ConsoleContext>) {
        self.add("prompts/:id", .answered, to: router) { call in
            (.answer(prompt: call.parameter("id"), answer: call.field("answer")), "/")
        }
        self.add("runs/:id/stop", .stopped, to: router) { call in
            (.stop(run: call.parameter("id")), "/runs/\(call.parameter("id"))")
        }
        self.add("runs/:id/abandon", .abandoned, to: router) { call in
            (.abandon(run: call.parameter("id")), "/runs/\(call.parameter("id"))")
        }
        self.add("liquids/:node/refill", .refilled, to: router) { call in
            (.refill(node: call.parameter("node"), volume: Self.volume(call.field("volume"))), "/liquids")
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

    private func halt(_ call: Call) async throws -> Response {
        let halt = try await self.desk.perform(.halt, by: call.person).decode(HaltView.self)
        return try await self.answer(MessagePage.halted(halt, visitor: call.visitor), to: call.visitor)
    }

    /// The field's unit is millilitres; somebody who types another means it. A decimal comma is understood.
    private static func volume(_ text: String) -> String {
        let point = text.replacing(",", with: ".")
        return point.last?.isNumber == true ? "\(point) mL" : point
    }
}
