import DeviceKit
import Store

/// What stands around every page: where one can go, what holds the lab, the stop, and who is signed in.
struct PageFrame {
    let lab: String
    let visitor: Visitor
    /// How many questions wait.
    let waiting: Int
    /// Why the lab takes nothing, if so.
    let obstacle: String?

    func document(_ page: Page) -> String {
        Markup.document(
            tag("html", ["lang": "en"]) {
                self.head(page)
                tag("body", ["data-live": page.isLive && self.visitor.user != nil ? "/events" : nil]) {
                    tag("a", ["class": "skip", "href": "#main"]) { "Skip to the content" }
                    self.header(page)
                    tag("main", ["id": "main", "tabindex": "-1"]) {
                        tag("h1") { page.title }
                        if let said = page.said {
                            tag("p", ["class": "said", "role": "status"]) { said.words }
                        }
                        page.body
                    }
                    self.footer
                }
            })
    }

    private func head(_ page: Page) -> Markup {
        tag("head") {
            tag("meta", ["charset": "utf-8"])
            tag("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
            tag("meta", ["name": "color-scheme", "content": "light dark"])
            tag("title") { "\(self.waiting > 0 ? "(\(self.waiting)) " : "")\(page.title) · \(self.lab)" }
            tag("link", ["rel": "icon", "type": "image/svg+xml", "href": Asset.icon.path])
            tag("link", ["rel": "stylesheet", "href": Asset.style.path])
            tag("script", ["src": Asset.script.path, "defer": ""])
        }
    }

    private func header(_ page: Page) -> Markup {
        tag("header", ["class": "top"]) {
            tag("div", ["class": "bar"]) {
                tag("p", ["class": "brand"]) { self.lab }
                if self.visitor.mayHalt { self.stop }
            }
            if self.visitor.user != nil {
                tag("nav", ["id": "navigation", "data-part": "", "aria-label": "Console"]) {
                    Section.allCases.map { section in
                        tag("a", ["href": section.path, "aria-current": section == page.section ? "page" : nil]) {
                            section.title
                            if section == .waiting, self.waiting > 0 {
                                tag("span", ["class": "count"]) {
                                    "\(self.waiting)"
                                    tag("span", ["class": "unseen"]) { self.waiting == 1 ? " question" : " questions" }
                                }
                            }
                        }
                    }
                }
            }
            tag("div", ["id": "obstacle", "data-part": "", "aria-live": "polite"]) {
                if let obstacle {
                    tag("p", ["class": "obstacle"]) {
                        tag("strong") { "Held: " }; obstacle
                    }
                }
            }
        }
    }

    private var stop: Markup {
        form(to: "/halt", of: self.visitor, class: "stop") {
            tag("button", ["class": "halt"]) {
                "Stop"
                tag("span") { " everything" }
            }
        }
    }

    private var footer: Markup {
        tag("footer") {
            if let user = self.visitor.user {
                form(to: "/sign-out", of: self.visitor, class: "inline") {
                    tag("span") { "\(user.name), \(user.role.rawValue) " }
                    tag("button", ["class": "quiet"]) { "Sign out" }
                }
                if user.role == .engineer { link(to: "/audit", "Audit trail") }
            }
            tag("span", ["id": "connection", "role": "status"])
        }
    }
}

/// A form of our own, as `Door.isOwnForm` wants it.
func form(
    to path: String, of visitor: Visitor, class style: String? = nil, @MarkupBuilder _ content: () -> Markup
) -> Markup {
    tag("form", ["method": "post", "action": path, "class": style]) {
        tag("input", ["type": "hidden", "name": "form_key", "value": visitor.formKey])
        content()
    }
}
