/// One command of a script with everything inside it.
struct ScriptStatement: Sendable {
    /// The first line of a script is 1.
    var line: Int
    var command: String
    var arguments: [ScriptToken] = []
    /// `nscans(2)`: name and what stands in the brackets.
    var options: [String: String] = [:]
    var body: [ScriptStatement] = []
    /// The branches after the first, of an `if`.
    var alternatives: [ScriptStatement] = []
}

/// A parsed script.
struct ScriptProgram: Sendable {
    var body: [ScriptStatement]
    var onFinished: [ScriptStatement]
}
