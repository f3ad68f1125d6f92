import DeviceKit
import HTTPTypes
import Hummingbird
import NIOCore
import Protocols
import Store

/// What stands behind the pages: who comes in, what is shown to whom, and what is done.
struct ConsoleSite: Sendable {
    let options: ConsoleOptions
    let desk: any ConsoleDesk
    let journal: Journal
    let door: Door
    let signIns = SignInLimit()
    let streams = EventStreams()

    init(options: ConsoleOptions, desk: any ConsoleDesk, journal: Journal) {
        self.options = options
        self.desk = desk
        self.journal = journal
        self.door = Door(options: options, journal: journal)
    }

    /// Largest form, in bytes.
    private static let formLimit = 64 * 1024

    func router() -> Router<ConsoleContext> {
        let router = Router(context: ConsoleContext.self)
        router.add(middleware: Guard(site: self))
        for asset in Asset.all { router.get("\(asset.name)") { _, _ in asset.response } }
        self.addPages(to: router)
        self.addActs(to: router)
        self.addAccess(to: router)
        return router
    }

    /// A page for everybody who is signed in.
    func shown(
        to role: Role = .viewer, _ page: @escaping @Sendable (Call) async throws -> Page
    ) -> @Sendable (Request, ConsoleContext) async throws -> Response {
        { request, context in
            let visitor = try await self.door.visitor(of: request, context)
            guard visitor.user != nil else { return Self.askToSignIn(request, visitor) }
            guard visitor.may(role) else { throw Refused.role(role) }
            let call = Call(
                request: request, visitor: visitor, parameters: context.parameters,
                address: context.remoteAddress?.ipAddress ?? "", fields: [:])
            return try await self.answer(page(call), to: visitor)
        }
    }

    /// Something that a form asks for; afterwards the browser is sent to a page.
    func done(
        by mayDo: @escaping @Sendable (Visitor) -> Bool,
        _ act: @escaping @Sendable (Call) async throws -> Response
    ) -> @Sendable (Request, ConsoleContext) async throws -> Response {
        { request, context in
            let visitor = try await self.door.visitor(of: request, context)
            let fields = try await Self.fields(of: request)
            guard self.door.isOwnForm(request, fields, of: visitor) else { throw Refused.foreignForm }
            guard mayDo(visitor) else { throw visitor.user == nil ? Refused.signedOut : Refused.role(.operator) }
            let call = Call(
                request: request, visitor: visitor, parameters: context.parameters,
                address: context.remoteAddress?.ipAddress ?? "", fields: fields)
            return try await act(call)
        }
    }

    func answer(_ page: Page, to visitor: Visitor) async throws -> Response {
        let frame = PageFrame(
            lab: self.options.lab, visitor: visitor,
            waiting: visitor.user == nil
                ? 0 : try await self.desk.list(.prompts(answered: false), of: PromptView.self).count,
            obstacle: visitor.user == nil ? nil : try await self.desk.view(.pending, as: PendingView.self).obstacle)
        var response = Response.page(frame.document(page), status: page.status)
        if visitor.isNew { self.door.hand(visitor.secret, to: visitor, in: &response) }
        return response
    }

    /// The address that a browser was on its way to is kept, if it is one of ours.
    private static func askToSignIn(_ request: Request, _ visitor: Visitor) -> Response {
        // A link in a message opens without the strict cookie; asked for once more from here, it comes along.
        if request.headers[named: "Sec-Fetch-Site"] == "cross-site" {
            return .page(Markup.document(MessagePage.onceMore(request.uri.path)), status: .ok)
        }
        return .redirect(to: "/sign-in?to=\(request.uri.path.percentEncoded)", type: .normal)
    }

    private static func fields(of request: Request) async throws -> [String: String] {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > self.formLimit {
            throw Refused.tooLarge
        }
        let body = try await within(.seconds(10)) {
            do {
                return try await request.body.collect(upTo: Self.formLimit)
            } catch is NIOTooManyBytesError {
                throw Refused.tooLarge
            }
        }
        let text = String(buffer: body)
        return (try? URLEncodedFormDecoder().decode([String: String].self, from: text)) ?? [:]
    }
}

/// One request of a visitor.
struct Call: Sendable {
    let request: Request
    let visitor: Visitor
    let parameters: Parameters
    /// Whence it comes, for limits.
    let address: String
    /// Of the form that was sent.
    let fields: [String: String]

    func parameter(_ name: String) -> String { (self.parameters.get(name) ?? "").percentDecoded }
    func query(_ name: String) -> String? { self.request.uri.queryParameters.get(name) }
    /// Without blanks at both ends; empty if there is none.
    func field(_ name: String) -> String { (self.fields[name] ?? "").trimmed }

    /// Who does it, for the audit trail.
    var person: String { self.visitor.user?.name ?? "somebody at the machine" }
}

/// Why a request is not served.
enum Refused: Error {
    case foreignForm, signedOut, tooLarge, tooSlow, tooOften
    case role(Role)
}
