import DeviceKit
import HTTPTypes
import Hummingbird
import NIOCore
import Store

/// What can be looked at.
extension ConsoleSite {
    func addPages(to router: Router<ConsoleContext>) {
        router.get("/", use: self.shown(self.waiting))
        router.get(
            "runs",
            use: self.shown { call in
                let runs = try await self.desk.list(.runs(limit: 100), of: RunView.self)
                return Page("Runs", in: .runs, said: call.query("said")) { RunsPage(runs: runs).body }
            })
        router.get("runs/:id", use: self.shown(self.run))
        router.get(
            "prompts/:id",
            use: self.shown { call in
                self.page(
                    of: try await self.desk.view(.prompt(id: call.parameter("id"))), for: call.visitor, status: .ok)
            })
        router.get("prompts/:id/picture", use: self.picture)
        router.get(
            "liquids",
            use: self.shown { call in
                let liquids: LiquidsView = try await self.desk.view(.liquids)
                return Page("Liquids", in: .liquids, said: call.query("said")) {
                    LiquidsPage(visitor: call.visitor, liquids: liquids).body
                }
            })
        router.get("devices", use: self.shown(self.devices))
        router.get(
            "results",
            use: self.shown { call in
                let results = try await self.desk.list(.results(limit: 100), of: ResultView.self)
                return Page("Results", in: .results, said: call.query("said")) { ResultsPage(results: results).body }
            })
        router.get(
            "results/:id",
            use: self.shown { call in
                let detail: ResultDetailView = try await self.desk.view(.result(id: call.parameter("id")))
                return Page(
                    Words.capability(detail.entry.quantity, detail.entry.method), in: .results, said: call.query("said")
                ) { ResultPage(visitor: call.visitor, detail: detail).body }
            })
        router.get(
            "calibrations",
            use: self.shown { call in
                let view: CalibrationsView = try await self.desk.view(.calibrations)
                return Page("Calibrations", in: .calibrations, said: call.query("said")) {
                    CalibrationsPage(visitor: call.visitor, view: view).body
                }
            })
        router.get(
            "audit",
            use: self.shown(to: .engineer) { _ in
                let entries = try await self.desk.list(.audit(limit: 200), of: AuditView.self)
                return Page("Audit trail") { AuditPage(entries: entries).body }
            })
        router.get("results/:id/export", use: self.export)
        router.get("events", use: self.events)
        router.get("metrics", use: self.metrics)
    }

    private func waiting(_ call: Call) async throws -> Page {
        let page = WaitingPage(
            visitor: call.visitor, now: self.journal.now().text,
            prompts: try await self.desk.list(.prompts(answered: false)),
            pending: try await self.desk.view(.pending),
            places: (try? await self.desk.view(.liquids, as: LiquidsView.self))?.places ?? [],
            results: try await self.desk.list(.results(limit: 100)),
            incidents: try await self.desk.list(.incidents(limit: 100)),
            calibrations: (try? await self.desk.view(.calibrations, as: CalibrationsView.self))?.due ?? [],
            runs: try await self.desk.list(.runs(limit: 20)))
        return Page("For you", in: .waiting, said: call.query("said")) { page.body }
    }

    private func run(_ call: Call) async throws -> Page {
        let detail: RunDetailView = try await self.desk.view(.run(id: call.parameter("id")))
        let prompts: [PromptView] = try await self.desk.list(.prompts(answered: false))
        let page = RunPage(
            visitor: call.visitor, now: self.journal.now().text, detail: detail,
            prompt: prompts.last { $0.run == detail.run.id })
        return Page(
            Words.capability(detail.run.quantity, detail.run.method), in: .runs, said: call.query("said")
        ) { page.body }
    }

    /// One question, where a notice of it leads; with what is wrong if it was answered so.
    func page(
        of prompt: PromptView, for visitor: Visitor, status: HTTPResponse.Status, slip: PromptCard.Slip? = nil
    ) -> Page {
        let card = PromptCard(prompt: prompt, visitor: visitor, now: self.journal.now().text, slip: slip)
        return Page("Question", in: .waiting, status: status, isLive: slip == nil) { card.markup }
    }

    /// Pictures are files that somebody has drawn: a browser shows them, and runs nothing of them.
    private func picture(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let visitor = try await self.door.visitor(of: request, context)
        guard visitor.may(.viewer) else { throw Refused.signedOut }
        guard let picture = try await self.desk.picture(ofPrompt: (context.parameters.get("id") ?? "").percentDecoded)
        else { throw HTTPError(.notFound) }
        return Response(
            status: .ok,
            headers: [
                .contentType: picture.mediaType,
                .contentSecurityPolicy: "default-src 'none'; style-src 'unsafe-inline'; sandbox",
            ], body: ResponseBody(byteBuffer: ByteBuffer(bytes: picture.bytes)))
    }

    /// How far back the small plots reach, and how many points each has.
    private static let plotSpan: Int64 = 7 * 86_400 * 1_000_000
    private static let plotPoints = 169  // one an hour

    private func devices(_ call: Call) async throws -> Page {
        let now = self.journal.now().utc
        let span = now - Self.plotSpan...now
        let page = DevicesPage(
            devices: try await self.desk.list(.devices), last: try await self.desk.list(.lastReadings),
            ranges: try await self.desk.readings(
                from: span.lowerBound, to: span.upperBound, limit: Self.plotPoints),
            span: span)
        return Page("Devices", in: .devices, said: call.query("said")) { page.body }
    }

    /// The body of a result's post, as a file.
    private func export(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let visitor = try await self.door.visitor(of: request, context)
        guard visitor.may(.viewer) else { throw Refused.signedOut }
        let id = context.parameters.get("id") ?? ""
        let detail: ResultDetailView = try await self.desk.view(.result(id: id))
        var response = Response.text(detail.payload)
        response.headers[.contentType] = "application/json"
        response.headers[.contentDisposition] = "attachment; filename=\"result-\(detail.entry.id).json\""
        return response
    }

    private func events(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let visitor = try await self.door.visitor(of: request, context)
        guard visitor.may(.viewer) else { throw Refused.signedOut }
        let hash = visitor.secret.hash
        let journal = self.journal
        let response = self.streams.response(self.desk.changes()) { (try? await journal.session(hash)) != nil }
        guard let response else { throw Refused.tooOften }
        return response
    }

    /// For a collector on this machine, or one that is signed in.
    private func metrics(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let visitor = try await self.door.visitor(of: request, context)
        guard visitor.isHere || visitor.may(.viewer) else { throw Refused.signedOut }
        var response = Response.text(Metric.text(try await self.desk.metrics()))
        response.headers[.contentType] = "text/plain; version=0.0.4; charset=utf-8"
        return response
    }
}
