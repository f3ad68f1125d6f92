import HTTPTypes

/// Signing in.
struct SignInPage {
    let visitor: Visitor
    /// Where to go afterwards.
    let destination: String
    var isWrong = false
    var isFirst = false

    var page: Page {
        Page("Sign in", status: self.isWrong ? .unauthorized : .ok, isLive: false) {
            if self.isFirst {
                tag("p", ["class": "card"]) {
                    "Nobody is enrolled yet. The agent has printed a code at its start: "
                    link(to: "/enrol", "enrol with it")
                    "."
                }
            }
            if self.isWrong {
                tag("p", ["class": "said bad", "role": "alert"]) { "Name or password is not right." }
            }
            form(to: "/sign-in", of: self.visitor, class: "fields") {
                tag("input", ["type": "hidden", "name": "to", "value": self.destination])
                tag("label", ["for": "name"]) { "Name" }
                tag(
                    "input",
                    ["id": "name", "name": "name", "autocomplete": "username", "required": "", "autofocus": ""])
                tag("label", ["for": "password"]) { "Password" }
                tag(
                    "input",
                    [
                        "id": "password", "name": "password", "type": "password", "autocomplete": "current-password",
                        "required": "",
                    ])
                tag("button") { "Sign in" }
            }
            tag("p") { link(to: "/enrol", "I have a code") }
        }
    }
}

/// Becoming a user with a code.
struct EnrolPage {
    let visitor: Visitor
    /// Why it did not work the last time.
    var problem: String?
    var code = ""
    var name = ""

    var page: Page {
        Page("Enrol", status: self.problem == nil ? .ok : .unprocessableContent, isLive: false) {
            tag("p") {
                "The agent prints a code at its first start; later ones come from "
                tag("code") { "edge-agent users invite" }
                ". Each can be used once."
            }
            if let problem { tag("p", ["class": "said bad", "role": "alert"]) { problem } }
            form(to: "/enrol", of: self.visitor, class: "fields") {
                tag("label", ["for": "code"]) { "Code" }
                tag(
                    "input",
                    [
                        "id": "code", "name": "code", "value": self.code, "required": "",
                        "autocomplete": "one-time-code",
                        "autocapitalize": "characters", "spellcheck": "false",
                    ])
                tag("label", ["for": "name"]) { "Your name, as the audit trail shows it" }
                tag(
                    "input",
                    ["id": "name", "name": "name", "value": self.name, "required": "", "autocomplete": "username"])
                tag("label", ["for": "password"]) { "A new password, 10 characters or more" }
                tag(
                    "input",
                    [
                        "id": "password", "name": "password", "type": "password", "minlength": "10", "maxlength": "200",
                        "autocomplete": "new-password", "required": "",
                    ])
                tag("button") { "Enrol" }
            }
        }
    }
}
