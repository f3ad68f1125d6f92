import Store

/// A question with what can be answered. The one place where questions become forms.
struct PromptCard {
    let prompt: PromptView
    let visitor: Visitor

    var markup: Markup {
        tag("article", ["class": "card ask", "id": "prompt-\(self.prompt.id)", "data-part": ""]) {
            tag("p", ["class": "when"]) {
                "Asked "
                Words.time(self.prompt.asked)
                if let run = self.prompt.run {
                    " by "
                    link(to: "/runs/\(run)", "run \(Words.short(run))")
                }
            }
            tag("p", ["class": "question", "id": "question-\(self.prompt.id)"]) { self.prompt.text }
            if self.prompt.state == "asked" { self.answers } else { self.outcome }
        }
    }

    @MarkupBuilder private var answers: Markup {
        if self.visitor.may(.operator) {
            form(to: "/prompts/\(self.prompt.id)", of: self.visitor, class: "answers") {
                tag("div", ["role": "group", "aria-labelledby": "question-\(self.prompt.id)"]) {
                    self.prompt.choices.map { choice in
                        tag("button", ["name": "answer", "value": choice.answer, "class": "choice"]) {
                            tag("strong") { choice.answer }
                            tag("span") { choice.meaning }
                        }
                    }
                }
            }
        } else {
            tag("ul") { self.prompt.choices.map { choice in tag("li") { "\(choice.answer): \(choice.meaning)" } } }
            tag("p", ["class": "note"]) { "An operator can answer." }
        }
    }

    private var outcome: Markup {
        tag("p", ["class": "note"]) {
            if let answer = self.prompt.answer {
                "Answered “\(answer)” by \(self.prompt.answeredBy ?? "somebody"), "
                Words.time(self.prompt.changed)
            } else {
                "Needs no answer any more."
            }
        }
    }
}
