import Console
import DeviceProfiles

extension ConsoleOptions {
    /// Reads `console: { listen: 127.0.0.1:8080, names: […], tls: { certificate, key } }`.
    init?(_ section: ConfigurationSection, path: (String) -> String) {
        let listen = section.text("listen")
        let names = section.optionalTexts("names") ?? []
        let tls = section.optionalSection("tls").flatMap { TLS($0, path: path) }
        section.finish()
        guard let listen else { return nil }
        guard var options = ConsoleOptions(listening: listen) else {
            section.report(
                "console.listen: “\(listen)” is no address and port, 127.0.0.1:8080 for example", key: "listen")
            return nil
        }
        options.names = names
        options.tls = tls
        if !options.isLoopback, tls == nil {
            section.report(
                "console.listen: “\(listen)” is reached from outside, where passwords must not go in clear text; "
                    + "add `tls: { certificate: …, key: … }`, or listen at 127.0.0.1", key: "listen")
        }
        self = options
    }
}

extension ConsoleOptions.TLS {
    fileprivate init?(_ section: ConfigurationSection, path: (String) -> String) {
        let certificate = section.text("certificate")
        let key = section.text("key")
        section.finish()
        guard let certificate, let key else { return nil }
        self.init(certificateFile: path(certificate), keyFile: path(key))
    }
}
