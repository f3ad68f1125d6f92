import Protocols

extension TextExchange {
    /// From the keys `send` or `listen`, and `take` or `answers: nothing`. Nil where there is none of them.
    init?(_ section: ConfigurationSection, request: [String: WireField], reply: [String: WireField]) {
        let send = section.optionalPattern("send", fields: request)
        let listen = section.optionalPattern("listen", fields: reply)
        let take = section.optionalPattern("take", fields: reply)
        let silent = section.optionalChoice("answers", of: Silence.self)
        let ends = section.optionalBytes("ends")
        if let listen, send == nil, take == nil, silent == nil {
            self.init(request: nil, reply: listen, requestEnd: ends)
        } else if let send, listen == nil, (take == nil) != (silent == nil) {
            self.init(request: send, reply: take, requestEnd: ends)
        } else {
            let isAsked = ["send", "listen", "take", "answers"].contains(where: section.has)
            let isReported = (section.has("send") && send == nil) || (section.has("take") && take == nil)
            if isAsked, !isReported, !(section.has("listen") && listen == nil) {
                section.report(
                    "\(section.path): needs `send` with `take` or `answers: nothing`, or `listen` alone")
            }
            return nil
        }
    }

    private enum Silence: String, CaseIterable { case nothing }
}
