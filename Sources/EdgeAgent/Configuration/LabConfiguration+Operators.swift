import Analysis
import DeviceKit
import DeviceProfiles
import Methods

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
