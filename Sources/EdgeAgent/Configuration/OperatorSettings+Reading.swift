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
