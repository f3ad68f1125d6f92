import DeviceKit
import DeviceProfiles
import Testing

@Suite struct BrokenProfileTests {
    @Test func `the profile that the broken ones are made from has no finding`() {
        #expect(Self.findings(Self.good) == [])
    }

    @Test(.timeLimit(.minutes(1))) func `aliases of aliases are refused before they are followed`() {
        let levels = (0..<60).map { "b\($0): &a\($0 + 1) [*a\($0), *a\($0)]\n" }.joined()
        #expect("\(Self.findings("a: &a0 [x, x]\n\(levels)? *a60\n: 1\n? *a60\n: 2\n"))".contains("aliases"))
    }

    @Test(.timeLimit(.minutes(1))) func `very many keys are each found, and found missing, without a search`() {
        let states = (0..<20_000).map { "  s\($0): 1\n" }.joined()
        #expect(Self.findings("profile: 1\nstate:\n\(states)").count >= 20_000)
    }

    /// Each with the line on which it is found.
    @Test(arguments: [
        ("family: thermostat", "family: thermostatt", 5, "“thermostatt” is not one of"),
        ("profile: 1", "profile: 2", 2, "version 2 is not the one"),
        ("vendor: Example\n", "", 2, "missing key “vendor”"),
        ("baud: 9600", "baut: 9600", 10, "did you mean “baud”?"),
        ("open: 5 s", "open: 5", 12, "needs a unit of time"),
        ("open: 5 s", "open: 5 sec", 12, "needs a unit of time"),
        ("first-byte: 1 s", "first-byte: 30 s", 12, "must be at most `total`"),
        ("kinds: [tty, tcp]", "kinds: [tty, usb]", 9, "“usb” is not one of tcp, tty, can, folder"),
        ("reply-ends: \"\\\\r\\\\n\"", "reply-ends: \"\\\\q\"", 11, "after \\ come r, n, t"),
        ("unit: °C\n    read: { send: \"T?\"", "unit: degC\n    read: { send: \"T?\"", 20, "unknown unit “degC”"),
        ("take: \"{temperature}\"", "take: \"{temprature}\"", 21, "{temprature} is nothing that is known here"),
        ("take: \"{temperature}\"", "take: \"ok\"", 21, "the answer has no {temperature}"),
        ("send: \"T?\"", "sent: \"T?\"", 21, "did you mean “send”?"),
        ("take: \"{temperature}\"", "take: \"{_}{temperature}\"", 21, "needs a width, or text after it"),
        ("take: \"{temperature}\"", "take: \"{temperature:9z}\"", 21, "is no format of this field"),
        ("take: \"{temperature}\"", "take: \"{temperature\"", 21, "has a { without }"),
        ("take: \"{temperature}\"", "take: \"{temperature} °C\"", 21, "has no agreed byte"),
        ("uncertainty: 0.1", "uncertainty: -0.1", 22, "must be zero or more"),
        ("    uncertainty: 0.1\n", "", 20, "needs `uncertainty`"),
        ("poll: 1 s", "poll: 1 ms", 23, "10 ms to 1 d"),
        ("options: [\"off\", \"on\"]", "options: [\"off\", \"off\"]", 28, "is there twice"),
        ("repeat: safe\n    arguments", "repeat: always\n    arguments", 33, "“always” is not one of safe, never"),
        ("from: coldest", "from: coldestt", 34, "is no number and no parameter"),
        ("to: 95", "too: 95", 34, "a number needs its limits"),
        ("{temperature:.1}", "{temp:.1}", 35, "{temp} is nothing that is known here"),
        ("answers: nothing\n    sets", "answers: none\n    sets", 36, "is not one of nothing"),
        ("setpoint: \"{temperature}\"", "setpoint: \"{temp}\"", 37, "there is no argument “temp”"),
        ("setpoint: \"{temperature}\"", "setpont: 20 °C", 37, "there is no state “setpont”"),
        ("running: \"on\" }", "running: \"yes\" }", 38, "“yes” is not one of off, on"),
        ("safe-state: stop", "safe-state: halt", 42, "there is no action “halt”"),
        ("while: temperature > 90 °C", "while: temperature > 90 mL", 44, "is not in °C"),
        ("while: temperature > 90 °C", "while: temperature", 44, "is no comparison"),
        ("while: temperature > 90 °C", "while: heat == on", 44, "there is no state “heat”"),
        ("while: temperature > 90 °C", "while: running > on", 44, "compare it by == or !="),
        ("action: start,", "action: stop,", 44, "must not be barred"),
        ("per-minute: 3", "per-minute: fast", 49, "expected a number"),
        ("identity: none", "identity: driver", 7, "a generic driver knows no device"),
        ("identity: none\n", "", 2, "say how the device tells who it is"),
        ("safety:", "safty:", 41, "did you mean “safety”?"),
    ])
    func `each mistake is told with its line`(_ old: String, _ new: String, _ line: Int, _ message: String) {
        #expect(Self.good.contains(old), "\(old)")
        let findings = Self.findings(Self.good.replacing(old, with: new, maxReplacements: 1))
        #expect(findings.contains { $0.hasPrefix("profile.yaml:\(line):") && $0.contains(message) }, "\(findings)")
    }

    @Test func `one pass finds everything`() {
        let text = Self.good.replacing("baud: 9600", with: "baud: 9").replacing("unit: °C", with: "unit: C")
            .replacing("repeat: safe", with: "repeat: maybe").replacing("open: 5 s", with: "open: -5 s")
        let findings = Self.findings(text)
        for part in ["300 to 12000000", "unknown unit “C”", "“maybe” is not one of", "above zero"] {
            #expect(findings.contains { $0.contains(part) }, "\(part): \(findings)")
        }
    }

    @Test func `what is no profile at all is told and not read`() {
        for text in ["", "- a\n- b\n", "profile: [1\n", "profile: 1\nprofile: 1\n", "\u{0}\u{1}"] {
            let document = ConfigurationDocument(file: "profile.yaml")
            #expect(DeviceProfile(parsing: text, in: document) == nil)
            #expect(!document.diagnostics.isEmpty)
        }
    }

    private static func findings(_ text: String) -> [String] {
        let document = ConfigurationDocument(file: "profile.yaml")
        _ = DeviceProfile(parsing: text, in: document)
        return document.diagnostics.map(\.description)
    }

    private static let good = #"""
        # A thermostat that does not exist.
        profile: 1
        vendor: Example
        model: "1"
        family: thermostat
        driver: generic.ascii
        identity: none
        link:
          kinds: [tty, tcp]
          serial: { baud: 9600 }
          framing: { request-ends: "\\r\\n", reply-ends: "\\r\\n" }
          timing: { open: 5 s, first-byte: 1 s, total: 5 s }
        parameters:
          coldest:
            unit: °C
            from: -50
            to: 50
        state:
          temperature:
            unit: °C
            read: { send: "T?", take: "{temperature}" }
            uncertainty: 0.1
            poll: 1 s
          setpoint:
            unit: °C
            read: { send: "S?", take: "{setpoint}" }
          running:
            options: ["off", "on"]
            read: { send: "R?", take: "{running}" }
        actions:
          set-temperature:
            # Heats or cools.
            repeat: safe
            arguments: { temperature: { unit: °C, from: coldest, to: 95 } }
            send: "S {temperature:.1}"
            answers: nothing
            sets: { setpoint: "{temperature}" }
          start: { repeat: safe, send: "ON", answers: nothing, sets: { running: "on" } }
          stop: { repeat: safe, send: "OFF", answers: nothing, sets: { running: "off" } }
        # What must hold.
        safety:
          safe-state: stop
          never:
            - { action: start, while: temperature > 90 °C, say: "Let it cool first." }
        simulator:
          start: { temperature: 20 °C }
          moves:
            # Heats slowly.
            temperature: { to: setpoint, while: running == on, per-minute: 3 }
        """#
}
