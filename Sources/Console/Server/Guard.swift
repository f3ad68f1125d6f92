import HTTPTypes
import Hummingbird

/// Around every answer: foreign hosts are turned away, what goes wrong becomes a page, and browsers are told to run and
/// load nothing but what this console serves.
struct Guard: RouterMiddleware {
    let site: ConsoleSite

    func handle(
        _ request: Request, context: ConsoleContext,
        next: (Request, ConsoleContext) async throws -> Response
    ) async throws -> Response {
        var response: Response
        if self.site.door.isOwnHost(request, context) {
            do {
                response = try await next(request, context)
            } catch {
                response = try await self.refusal(for: error, request, context)
            }
        } else {
            response = .text("This console is not served under that name.\n", status: .misdirectedRequest)
        }
        for (name, value) in Self.headers {
            if let name = HTTPField.Name(name), response.headers[name] == nil { response.headers[name] = value }
        }
        return response
    }

    private func refusal(
        for error: any Error, _ request: Request, _ context: ConsoleContext
    ) async throws -> Response {
        if error is CancellationError { throw error }
        let page = MessagePage.refusal(error)
        // The journal itself may be what fails: then there is no visitor to make a page for.
        guard let visitor = try? await self.site.door.visitor(of: request, context),
            var response = try? await self.site.answer(page, to: visitor)
        else { return .text("\(page.title)\n", status: page.status) }
        // The body of what was refused may still be on its way.
        if page.status == .contentTooLarge { response.headers[.connection] = "close" }
        return response
    }

    private static let headers = [
        (
            "Content-Security-Policy",
            "default-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
        ),
        ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"), ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
    ]
}

extension HTTPFields {
    subscript(named name: String) -> String? { HTTPField.Name(name).flatMap { self[$0] } }
}
