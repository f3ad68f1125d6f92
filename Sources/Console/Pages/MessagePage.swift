import DeviceKit
import HTTPTypes
import Hummingbird
import Store

/// Pages that say one thing.
enum MessagePage {
    /// What is shown in place of what was asked for.
    static func refusal(_ error: any Error) -> Page {
        let (title, text, status) = Self.words(for: error)
        return Page(title, status: status, isLive: false) {
            tag("p") { text }
            tag("p") { link(to: "/", "To what waits for you") }
        }
    }

    /// Asks for the same page from here, so that the browser brings its cookie along.
    static func onceMore(_ path: String) -> Markup {
        tag("html", ["lang": "en"]) {
            tag("head") {
                tag("meta", ["charset": "utf-8"])
                tag("meta", ["http-equiv": "refresh", "content": "0"])
                tag("title") { "Opening" }
            }
            tag("body") { tag("p") { link(to: path, "Open the page") } }
        }
    }

    /// What a halt reached; what it did not reach comes first.
    static func halted(_ halt: HaltView, visitor: Visitor) -> Page {
        Page(halt.failures.isEmpty ? "Stopped" : "Not everything stopped", status: .ok, isLive: false) {
            if !halt.failures.isEmpty {
                tag("section", ["class": "card bad", "role": "alert"]) {
                    tag("h2") { "Not stopped: go there" }
                    tag("ul") { halt.failures.map { failure in tag("li") { failure.error } } }
                }
            }
            tag("p") { "\(halt.stopped.count) devices were told to stop: \(halt.stopped.joined(separator: ", "))." }
            if let run = halt.run { tag("p") { "Run \(Words.short(run)) ends with it." } }
            tag("p") { "Nothing begins before the lab is released." }
            tag("p") { link(to: "/", visitor.user == nil ? "Sign in to release it" : "To what waits for you") }
        }
    }

    private static func words(for error: any Error) -> (title: String, text: String, HTTPResponse.Status) {
        switch error {
        case let error as ConsoleRefusal:
            error.code == .refused
                ? ("That was not done", error.description, .conflict)
                : ("That cannot be had now", error.description, .serviceUnavailable)
        case let error as Refused: Self.words(for: error)
        case let error as StoreError where [.notFound, .duplicate, .illegalTransition].contains(error.code):
            ("That was not done", error.description, .conflict)
        case let error as StoreError: ("The agent's memory fails", error.description, .serviceUnavailable)
        case let error as any HTTPResponseError where error.status == .notFound:
            ("No such page", "There is nothing at this address.", .notFound)
        case let error as any HTTPResponseError:
            ("The request cannot be read", "The browser has sent something else than expected.", error.status)
        default: ("Something went wrong", "\(error)", .internalServerError)
        }
    }

    private static func words(for error: Refused) -> (title: String, text: String, HTTPResponse.Status) {
        switch error {
        case .foreignForm:
            (
                "That was not done",
                "The form did not come from a page of this console, or that page was too old. Open it again.",
                .forbidden
            )
        case .signedOut: ("You are not signed in", "Nothing was done. Sign in and do it again.", .unauthorized)
        case .role(let role): ("Not with your role", "That needs the role \(role.rawValue).", .forbidden)
        case .tooLarge: ("That is too large", "A form has at most 64 kB.", .contentTooLarge)
        case .tooSlow: ("That took too long", "The form did not arrive in time. Send it again.", .requestTimeout)
        case .tooOften:
            ("Too many tries", "Wait some minutes, then try again.", .tooManyRequests)
        }
    }
}
