import Analysis
import DeviceKit
import DeviceProfiles
import Methods

extension OperatorSettings {
    /// Reads `operators` and `chat`, both of which may be left out.
    init(_ root: ConfigurationSection, path: (String) -> String) {
        self.init(chat: root.optionalSection("chat").flatMap { Chat($0, path: path) })
        guard let section = root.optionalSection("operators") else { return }
        if let notify = section.optionalSection("notify") { self.notification = Notification(notify, path: path) }
        self.lowStock = section.optionalQuantity("low-stock", Volume.self, .aboveZero)
        self.pictures = Dictionary(section.words("pictures").map { ($0.key, path($0.text)) }) { first, _ in first }
        self.engineers = Set(section.optionalTexts("engineers") ?? [])
        section.finish()
    }
}

extension OperatorSettings.Notification {
    fileprivate init(_ section: ConfigurationSection, path: (String) -> String) {
        let webhook = section.optionalText("webhook")
        let tokenFile = section.optionalText("token-file")
        let command = section.optionalTexts("command") ?? []
        let again =
            section.optionalDuration("again", .within(.seconds(10)...(.seconds(7 * 86400)), "10 s to 7 d"))
            ?? .seconds(1800)
        if let webhook, !["http://", "https://"].contains(where: { webhook.hasPrefix($0) && webhook.count > $0.count })
        {
            section.report(
                "\(section.name("webhook")): “\(webhook)” must be http:// or https:// and a host", key: "webhook")
        }
        if tokenFile != nil, webhook == nil {
            section.report(
                "\(section.name("token-file")): is for a webhook; name one, or take it out", key: "token-file")
        }
        if section.has("command"), command.first.map({ !$0.hasPrefix("/") }) ?? true {
            section.report(
                "\(section.name("command")): must begin with the full path of a program, [/usr/local/bin/tell, …]",
                key: "command")
        }
        if webhook == nil, command.isEmpty {
            section.report("\(section.path): tells nobody; name a `webhook` or a `command`")
        }
        section.finish()
        self.init(webhook: webhook, tokenFile: tokenFile.map(path), command: command, again: again)
    }
}

extension OperatorSettings.Chat {
    fileprivate init?(_ section: ConfigurationSection, path: (String) -> String) {
        let listen = section.text("listen")
        let passwordFile = section.text("password-file")
        let isInsecure = section.optionalBool("insecure") ?? false
        section.finish()
        guard let listen, let passwordFile else { return nil }
        guard let colon = listen.lastIndex(of: ":"), let port = Int(listen[listen.index(after: colon)...]),
            (1...65535).contains(port), colon != listen.startIndex
        else {
            section.report(
                "\(section.name("listen")): “\(listen)” must be an address and a port, 127.0.0.1:51718", key: "listen")
            return nil
        }
        let host = String(listen[..<colon])
        let isLoopback = host == "localhost" || host == "::1" || host.hasPrefix("127.")
        if !isLoopback, !isInsecure {
            section.report(
                "\(section.name("listen")): the chat sends password and messages in clear text; listen on 127.0.0.1, "
                    + "or write `insecure: true` if nobody else can read this network", key: "listen")
        }
        self.init(host: host, port: port, passwordFile: path(passwordFile))
    }
}

extension LabConfiguration {
    /// Pictures that are none or of nothing, programs that are none, thresholds without bottles, a chat without tasks.
    ///
    /// - Parameter graph: the lab's tubing; nil if it cannot be read.
    func operatorFindings(graph: TubingGraph?, in document: ConfigurationDocument) -> [SourceDiagnostic] {
        var findings = LabFindings(document)
        let isAskedAbout = { (topic: String) in
            topic == "transport/transport_service" || self.devices.contains { $0.name == topic }
                || graph.map { $0.node(topic) != nil } ?? true
        }
        let advice = "name a device, a bottle, or transport/transport_service"
        for topic in self.operators.engineers.sorted() where !isAskedAbout(topic) {
            findings.report("operators.engineers", "the lab asks nothing about “\(topic)”; \(advice)")
        }
        for (topic, file) in self.operators.pictures.sorted(by: { $0.key < $1.key }) {
            let key = "operators.pictures.\(topic)"
            if !isAskedAbout(topic) { findings.report(key, "the lab asks nothing about “\(topic)”; \(advice)") }
            if let fault = QuestionBook.fault(of: file) { findings.report(key, "“\(file)” \(fault)") }
        }
        let notification = self.operators.notification
        if let program = notification.command.first, program.hasPrefix("/"), !TextFile.isExecutable(program) {
            findings.report("operators.notify.command", "“\(program)” is no program that can be run")
        }
        self.checkSecret(notification.tokenFile, "operators.notify.token-file", &findings)
        self.checkSecret(self.operators.chat?.passwordFile, "chat.password-file", &findings)
        if self.operators.lowStock != nil, !self.handlesLiquids {
            findings.report("operators.low-stock", "is without effect in a lab without liquids; take it out")
        }
        if self.operators.chat != nil, self.transport == nil {
            findings.report("chat", "serves transports; add methods.transport/transport_service")
        }
        return findings.all
    }

    /// Secrets may be put into place later: a lab is described before it is set up.
    private func checkSecret(_ file: String?, _ key: String, _ findings: inout LabFindings) {
        guard let file else { return }
        do throws(SourceDiagnostics) {
            _ = try TextFile.read(file)
        } catch {
            let reason = error.all.first?.message ?? "cannot be read"
            findings.report(key, "“\(file)” \(reason)", severity: .warning)
        }
    }
}
