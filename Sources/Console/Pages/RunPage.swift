import DeviceKit

/// One run: its steps as they happen, its files, and what can be done about it.
struct RunPage {
    let visitor: Visitor
    /// ISO 8601, UTC.
    let now: String
    let detail: RunDetailView
    let prompt: PromptView?

    private var run: RunView { self.detail.run }

    @MarkupBuilder var body: Markup {
        tag("section", ["id": "run", "data-part": "", "aria-label": "State"]) {
            tag("p") {
                Words.state(self.run.state)
                " since "
                Words.time(self.run.changed)
            }
            if !self.run.reason.isEmpty { tag("p", ["class": "note"]) { self.run.reason } }
            tag("dl", ["class": "facts"]) {
                self.fact("Run", self.run.id)
                self.fact("Request", self.run.request)
            }
            (self.detail.plan ?? []).map { line in tag("p") { line } }
            self.acts
        }
        if let prompt { PromptCard(prompt: prompt, visitor: self.visitor, now: self.now).markup }
        tag("section", ["id": "steps", "data-part": "", "aria-labelledby": "title-steps"]) {
            tag("h2", ["id": "title-steps"]) { "Steps" }
            self.progress
            tag("ol", ["class": "steps"]) {
                self.detail.steps.map(self.step)
                (self.detail.ahead ?? []).map { title in tag("li", ["class": "ahead"]) { title } }
            }
        }
        if !self.detail.files.isEmpty {
            tag("section", ["aria-labelledby": "title-files"]) {
                tag("h2", ["id": "title-files"]) { "Raw files" }
                tag("ul") {
                    self.detail.files.map { file in
                        tag("li") {
                            tag("code") { file.path }
                            " \(file.bytes) bytes, SHA-256 \(file.sha256.prefix(12))…"
                        }
                    }
                }
            }
        }
    }

    private func fact(_ name: String, _ value: String) -> Markup {
        tag("div") {
            tag("dt") { name }
            tag("dd") { tag("code") { value } }
        }
    }

    @MarkupBuilder private var acts: Markup {
        if self.visitor.may(.operator), !self.run.isFinal {
            if self.run.isUnderWay {
                form(to: "/runs/\(self.run.id)/stop", of: self.visitor, class: "inline") {
                    tag("button") { "Stop this run" }
                }
            } else {
                form(to: "/runs/\(self.run.id)/abandon", of: self.visitor, class: "inline") {
                    tag("button", ["class": "quiet"]) { "Give this run up" }
                }
            }
        }
    }

    @MarkupBuilder private var progress: Markup {
        let done = self.detail.steps.count { $0.state == "done" }
        let all = self.detail.steps.count + (self.detail.ahead?.count ?? 0)
        if all > 0 {
            tag("p") {
                tag("progress", ["value": "\(done)", "max": "\(all)", "aria-label": "Steps done"])
                " \(done) of \(all) done"
            }
        }
    }

    private func step(_ step: RunDetailView.Step) -> Markup {
        tag("li", ["class": step.state]) {
            step.title
            " "
            Words.state(step.state)
            tag("span", ["class": "when"]) { " \(Words.duration(step.seconds))" }
            if let error = step.error { tag("p", ["class": "note"]) { error } }
        }
    }
}
