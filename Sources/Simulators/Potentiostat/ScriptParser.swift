import Protocols

/// Reads a script as an instrument does: everything is checked before anything runs.
struct ScriptParser {
    private let lines: [String]
    private var next = 0
    private var variables: Set<String> = []
    private var arrays: Set<String> = []
    private var depth = 0

    /// Blocks within blocks. That there is an end is in the manual (error 400D), where it is is not. unverified
    private static let deepest = 64

    static func parse(_ lines: [String]) throws(MethodScriptFault) -> ScriptProgram {
        var parser = ScriptParser(lines: lines)
        return try parser.program()
    }

    private init(lines: [String]) {
        self.lines = lines
    }

    private mutating func program() throws(MethodScriptFault) -> ScriptProgram {
        let (body, end) = try self.block(until: ["on_finished:"], inMeasurement: false, inLoop: false)
        guard end != nil else { return ScriptProgram(body: body, onFinished: []) }
        let (closing, _) = try self.block(until: [], inMeasurement: false, inLoop: false)
        return ScriptProgram(body: body, onFinished: closing)
    }

    /// Statements up to one of the words in `ends`, which is returned with its words; nil at the end of the script.
    private mutating func block(
        until ends: Set<String>,
        inMeasurement: Bool,
        inLoop: Bool
    ) throws(MethodScriptFault) -> ([ScriptStatement], (line: Int, words: [ScriptToken])?) {
        var statements: [ScriptStatement] = []
        while self.next < self.lines.count {
            let number = self.next + 1
            let words = ScriptToken.words(of: self.lines[self.next])
            self.next += 1
            guard let head = words.first else { continue }
            if ends.contains(head.text) { return (statements, (number, words)) }
            statements.append(try self.statement(head, words, number, inMeasurement: inMeasurement, inLoop: inLoop))
        }
        return (statements, nil)
    }

    private mutating func statement(
        _ head: ScriptToken,
        _ words: [ScriptToken],
        _ line: Int,
        inMeasurement: Bool,
        inLoop: Bool
    ) throws(MethodScriptFault) -> ScriptStatement {
        switch head.text {
        case "loop":
            var statement = try self.condition(words, line)
            statement.body = try self.closed("endloop", inMeasurement: inMeasurement, inLoop: true)
            return statement
        case "if":
            return try self.branches(words, line, inMeasurement: inMeasurement, inLoop: inLoop)
        case "endloop", "endif", "else", "elseif", "on_finished:":
            throw MethodScriptFault(.blockNotOpen, line: line, column: head.column)
        default:
            break
        }
        if let signature = ScriptGrammar.measurements[head.text] {
            guard !inMeasurement else { throw MethodScriptFault(.nestedMeasurement, line: line, column: head.column) }
            var statement = try self.command(head, words, line, signature)
            statement.body = try self.closed("endloop", inMeasurement: true, inLoop: true)
            return statement
        }
        guard let signature = ScriptGrammar.commands[head.text] else {
            throw MethodScriptFault(.unknownScriptCommand, line: line, column: head.column)
        }
        if head.text == "breakloop", !inLoop { throw MethodScriptFault(.notHere, line: line, column: head.column) }
        return try self.command(head, words, line, signature)
    }

    private mutating func closed(
        _ end: String,
        inMeasurement: Bool,
        inLoop: Bool
    ) throws(MethodScriptFault) -> [ScriptStatement] {
        try self.enter(self.next)
        defer { self.depth -= 1 }
        let (body, found) = try self.block(until: [end], inMeasurement: inMeasurement, inLoop: inLoop)
        guard found != nil else { throw MethodScriptFault(.endedUnexpectedly, line: self.lines.count, column: nil) }
        return body
    }

    private mutating func enter(_ line: Int) throws(MethodScriptFault) {
        guard self.depth < Self.deepest else { throw MethodScriptFault(.nestedTooDeep, line: line) }
        self.depth += 1
    }

    private mutating func branches(
        _ words: [ScriptToken],
        _ line: Int,
        inMeasurement: Bool,
        inLoop: Bool
    ) throws(MethodScriptFault) -> ScriptStatement {
        try self.enter(line)
        defer { self.depth -= 1 }
        var statement = try self.condition(words, line)
        let (body, end) = try self.block(
            until: ["endif", "else", "elseif"],
            inMeasurement: inMeasurement,
            inLoop: inLoop
        )
        statement.body = body
        guard let end, let word = end.words.first else {
            throw MethodScriptFault(.endedUnexpectedly, line: self.lines.count, column: nil)
        }
        switch word.text {
        case "elseif":
            statement.alternatives = [
                try self.branches(end.words, end.line, inMeasurement: inMeasurement, inLoop: inLoop)
            ]
        case "else":
            let rest = try self.closed("endif", inMeasurement: inMeasurement, inLoop: inLoop)
            statement.alternatives = [ScriptStatement(line: end.line, command: "else", body: rest)]
        default:
            break
        }
        return statement
    }

    /// `loop a < 10i`; comparisons may be joined by `&` and `|`.
    private func condition(_ words: [ScriptToken], _ line: Int) throws(MethodScriptFault) -> ScriptStatement {
        let arguments = Array(words.dropFirst())
        guard arguments.count % 4 == 3 else {
            throw MethodScriptFault(.unexpectedCharacter, line: line, column: words.last?.column)
        }
        for (index, word) in arguments.enumerated() {
            switch index % 4 {
            case 0, 2: try self.check(word, .number, line)
            case 1:
                guard ScriptGrammar.operators.contains(word.text) else {
                    throw MethodScriptFault(.unexpectedCharacter, line: line, column: word.column)
                }
            default:
                guard word.text == "&" || word.text == "|" else {
                    throw MethodScriptFault(.unexpectedCharacter, line: line, column: word.column)
                }
            }
        }
        return ScriptStatement(line: line, command: words[0].text, arguments: arguments)
    }

    private mutating func command(
        _ head: ScriptToken,
        _ words: [ScriptToken],
        _ line: Int,
        _ signature: [ScriptGrammar.Argument]
    ) throws(MethodScriptFault) -> ScriptStatement {
        var statement = ScriptStatement(line: line, command: head.text)
        for word in words.dropFirst() {
            if let bracket = word.text.firstIndex(of: "("), word.quoted == nil, word.text.hasSuffix(")") {
                let name = String(word.text[..<bracket])
                guard ScriptGrammar.options.contains(name) else {
                    throw MethodScriptFault(.badOption, line: line, column: word.column)
                }
                statement.options[name] = String(word.text[word.text.index(after: bracket)...].dropLast())
            } else {
                statement.arguments.append(word)
            }
        }
        // Firmware before 1.3 had no type in front of the two currents.
        var signature = signature
        if head.text == "set_autoranging", statement.arguments.count == 2 { signature = [.number, .number] }
        guard statement.arguments.count >= signature.count else {
            throw MethodScriptFault(.unexpectedCharacter, line: line, column: (words.last?.column ?? 0))
        }
        for (word, kind) in zip(statement.arguments, signature) { try self.take(word, kind, line) }
        if statement.arguments.count > signature.count {
            throw MethodScriptFault(
                .unexpectedCharacter,
                line: line,
                column: statement.arguments[signature.count].column
            )
        }
        return statement
    }

    private mutating func take(
        _ word: ScriptToken,
        _ kind: ScriptGrammar.Argument,
        _ line: Int
    ) throws(MethodScriptFault) {
        switch kind {
        case .newVariable, .newArray:
            guard Self.isName(word.text) else { throw MethodScriptFault(.badName, line: line, column: word.column) }
            guard !self.variables.contains(word.text), !self.arrays.contains(word.text) else {
                throw MethodScriptFault(.declaredTwice, line: line, column: word.column)
            }
            if case .newArray = kind { self.arrays.insert(word.text) } else { self.variables.insert(word.text) }
        default:
            try self.check(word, kind, line)
        }
    }

    private func check(
        _ word: ScriptToken,
        _ kind: ScriptGrammar.Argument,
        _ line: Int
    ) throws(MethodScriptFault) {
        let code: MethodScriptErrorCode?
        switch kind {
        case .number where word.looksLikeNumber: code = word.number == nil ? .malformedNumber : nil
        case .number, .variable: code = self.variables.contains(word.text) ? nil : .notDeclared
        case .array: code = self.arrays.contains(word.text) ? nil : .notDeclared
        case .type: code = MethodScriptVariableType(rawValue: word.text).quantity == nil ? .badVariableType : nil
        case .text: code = word.quoted == nil ? .unexpectedCharacter : nil
        case .newVariable, .newArray: code = nil
        }
        if let code { throw MethodScriptFault(code, line: line, column: word.column) }
    }

    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, (0x61...0x7A).contains(first) else { return false }
        return text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
    }
}

extension MethodScriptErrorCode {
    static let badVariableType = Self(rawValue: 0x0002)
    static let divisionByZero = Self(rawValue: 0x0028)
    static let badOption = Self(rawValue: 0x4008)
    static let nestedMeasurement = Self(rawValue: 0x400B)
    static let notHere = Self(rawValue: 0x400C)
    static let nestedTooDeep = Self(rawValue: 0x400D)
    static let blockNotOpen = Self(rawValue: 0x400E)
    static let indexOutOfBounds = Self(rawValue: 0x400F)
    static let endedUnexpectedly = Self(rawValue: 0x4018)
    static let packageOrder = Self(rawValue: 0x401B)
    static let declaredTwice = Self(rawValue: 0x4026)
    static let needsCellOn = Self(rawValue: 0x4027)
    static let needsCellOff = Self(rawValue: 0x4028)
    static let needsSteps = Self(rawValue: 0x4029)
    static let badName = Self(rawValue: 0x402C)
    static let malformedNumber = Self(rawValue: 0x4039)
    static let mustBePositive = Self(rawValue: 0x4204)
    static let notDeclared = Self(rawValue: 0x420B)
}
