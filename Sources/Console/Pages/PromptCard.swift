import DeviceKit

/// A question with what can be answered. The one place where questions become forms.
struct PromptCard {
    /// What somebody has tried to answer, and what was wrong with it.
    struct Slip {
        var answer: String
        var entries: [String: String]
        /// The entry that is wrong or missing.
        var entry: String
        var reason: String
    }

    let prompt: PromptView
    let visitor: Visitor
    /// ISO 8601, UTC: what was due before is late.
    let now: String
    var slip: Slip?

    private var id: String { "prompt-\(self.prompt.id)" }
    private var isOpen: Bool { self.prompt.state == "asked" }

    var markup: Markup {
        tag("article", ["class": self.isOpen ? "card ask" : "card", "id": self.id, "data-part": ""]) {
            self.when
            tag("p", ["class": "question", "id": "\(self.id)-text"]) { self.prompt.text }
            if let picture = self.prompt.picture {
                // By its hash, so that no browser shows another one from its memory.
                let path = "/prompts/\(self.prompt.id)/picture?\(picture.sha256.prefix(16))"
                tag("a", ["href": path, "class": "picture"]) {
                    tag("img", ["src": path, "alt": "Picture of what is asked; opens in full size", "loading": "lazy"])
                }
            }
            if !self.isOpen {
                self.outcome
            } else if self.visitor.may(self.prompt.answerer) {
                self.answers
            } else {
                tag("ul") { self.prompt.choices.map { choice in tag("li") { "\(choice.answer): \(choice.meaning)" } } }
                tag("p", ["class": "note"]) { "An \(self.prompt.answerer.rawValue) can answer." }
            }
        }
    }

    private var when: Markup {
        tag("p", ["class": "when"]) {
            "Asked "
            Words.time(self.prompt.asked)
            if let run = self.prompt.run {
                " by "
                link(to: "/runs/\(run)", "run \(Words.short(run))")
            }
            if self.isOpen, let due = self.prompt.due {
                if due < self.now {
                    ", "
                    tag("strong", ["class": "late"]) {
                        "late since "
                        Words.time(due)
                    }
                } else {
                    ", due "
                    Words.time(due)
                }
            }
            if self.isOpen, self.prompt.answerer > .operator { ", for an \(self.prompt.answerer.rawValue)" }
        }
    }

    // MARK: Answers

    /// Words that say everything are buttons side by side; what asks for more is a form of its own.
    @MarkupBuilder private var answers: Markup {
        let plain = self.prompt.choices.filter(\.entries.isEmpty)
        if !plain.isEmpty {
            form(to: "/prompts/\(self.prompt.id)", of: self.visitor, class: "answers") {
                tag("div", ["role": "group", "aria-labelledby": "\(self.id)-text"]) { plain.map(self.button) }
            }
        }
        let typed = self.prompt.choices.filter { !$0.entries.isEmpty }
        if !typed.isEmpty { tag("div", ["class": "answers typed"]) { typed.map(self.typedForm) } }
    }

    private func button(_ choice: PromptView.Choice) -> Markup {
        tag("button", ["name": "answer", "value": choice.answer, "class": "choice"]) {
            tag("strong") { choice.answer }
            tag("span") { choice.meaning }
        }
    }

    /// What must be typed comes before the button that sends it, behind the choice's words; what may be left out comes
    /// after a button that does without.
    private func typedForm(_ choice: PromptView.Choice) -> Markup {
        let isNeeded = choice.entries.contains(where: \.isRequired)
        let isOpen = self.slip?.answer == choice.answer || (isNeeded && self.prompt.choices.count == 1)
        return form(to: "/prompts/\(self.prompt.id)", of: self.visitor) {
            if !isNeeded { self.button(choice) }
            tag("details", ["id": "\(self.id)-\(choice.answer)", "open": isOpen ? "" : nil]) {
                tag("summary") {
                    if isNeeded {
                        tag("strong") { choice.answer }
                        ": \(choice.meaning)"
                    } else {
                        "Say more about “\(choice.answer)”"
                    }
                }
                tag("div", ["class": "fields"]) { choice.entries.map { self.field($0, of: choice) } }
                tag("button", ["name": "answer", "value": choice.answer]) { "Answer “\(choice.answer)”" }
            }
        }
    }

    private func field(_ entry: PromptView.Entry, of choice: PromptView.Choice) -> Markup {
        let id = "\(self.id)-\(choice.answer)-\(entry.name)"
        let slip = self.slip.flatMap { $0.answer == choice.answer ? $0 : nil }
        let fault = slip.flatMap { $0.entry == entry.name ? $0.reason : nil }
        let range = entry.range
        let notes = [range.map { _ in "\(id)-range" }, fault.map { _ in "\(id)-fault" }].compactMap(\.self)
        return tag("div", ["class": "field"]) {
            tag("label", ["for": id]) {
                entry.label
                if !entry.isRequired { tag("span", ["class": "when"]) { " (may be left out)" } }
            }
            tag("span", ["class": "measure"]) {
                tag(
                    "input",
                    [
                        "id": id, "name": PromptForm.field(entry.name), "value": slip?.entries[entry.name],
                        "class": entry.unit == nil ? nil : "short", "inputmode": entry.unit == nil ? nil : "decimal",
                        "maxlength": "500", "required": entry.isRequired ? "" : nil, "autocomplete": "off",
                        "aria-invalid": fault == nil ? nil : "true",
                        "aria-describedby": notes.isEmpty ? nil : notes.joined(separator: " "),
                    ])
                if let unit = entry.unit { tag("span") { " \(unit)" } }
            }
            if let range { tag("p", ["class": "when", "id": "\(id)-range"]) { range } }
            if let fault { tag("p", ["class": "fault", "id": "\(id)-fault", "role": "alert"]) { fault } }
        }
    }

    // MARK: What was answered

    @MarkupBuilder private var outcome: Markup {
        tag("p", ["class": "note"]) {
            if let answer = self.prompt.answer {
                "Answered “\(answer)” by \(self.prompt.answeredBy ?? "somebody"), "
                Words.time(self.prompt.changed)
            } else {
                "Needs no answer any more."
            }
        }
        if !self.prompt.entered.isEmpty {
            tag("dl", ["class": "facts"]) {
                self.prompt.entered.sorted { $0.key < $1.key }.map { name, text in
                    tag("div") {
                        tag("dt") { self.label(of: name) }
                        tag("dd") { text }
                    }
                }
            }
        }
    }

    private func label(of name: String) -> String {
        let entries = self.prompt.choices.first { $0.answer == self.prompt.answer }?.entries ?? []
        return entries.first { $0.name == name }?.label ?? name
    }
}

extension PromptView.Entry {
    /// `10 to 1000 mL`; nil where every text will do.
    fileprivate var range: String? {
        guard let unit, let from, let to else { return nil }
        return "\(Words.number(from)) to \(Words.rounded(to, 3)) \(unit)"
    }
}
