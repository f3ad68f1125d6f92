import DeviceKit
import Protocols

/// Runs a parsed script: variables, branches, loops and packages. Measurements are in an extension.
struct ScriptRuntime: Sendable {
    /// What a script can reach outside of itself.
    struct Surroundings: Sendable {
        var cell: any ConductivityCellModel
        var clock: LabClock
        var control: ScriptControl
        /// Relative standard deviation of impedance and current.
        var noise: Double
        var faults: @Sendable () async -> InstrumentFaults
        /// Sends a line; the ending is added.
        var emit: @Sendable ([UInt8]) async -> Void
        /// Told after each point of an impedance measurement.
        var pointSent: @Sendable (Int) async -> Void
    }

    struct Slot: Sendable {
        var number = ScriptNumber.float(0)
        var type = MethodScriptVariableType(rawValue: "aa")
        var status: MethodScriptStatus?
        var rangeIndex: UInt8?
    }

    enum Flow { case next, leaveLoop, leaveScript }

    let surroundings: Surroundings
    var frontEnd: AnalogFrontEnd
    var noise: SeededNoise
    var slots: [String: Slot] = [:]
    var arrays: [String: [ScriptNumber]] = [:]
    var package: [MethodScriptVariable]?
    var timerStart: LabClock.Instant
    /// Points of the impedance measurement in progress.
    var points = 0

    init(_ surroundings: Surroundings, frontEnd: AnalogFrontEnd, noise: SeededNoise) {
        self.surroundings = surroundings
        self.frontEnd = frontEnd
        self.noise = noise
        self.timerStart = surroundings.clock.now
    }

    /// Runs to the end, or to the abort, and then `on_finished:`; an error skips that.
    mutating func run(_ program: ScriptProgram) async throws(MethodScriptFault) {
        _ = try await self.run(program.body)
        // After an abort the closing commands run to their end: they get a control of their own.
        var closing = self
        closing = ScriptRuntime(self, control: ScriptControl(clock: self.surroundings.clock))
        _ = try await closing.run(program.onFinished)
        self.frontEnd = closing.frontEnd
        self.noise = closing.noise
    }

    private init(_ other: ScriptRuntime, control: ScriptControl) {
        var surroundings = other.surroundings
        surroundings.control = control
        self.init(surroundings, frontEnd: other.frontEnd, noise: other.noise)
        self.slots = other.slots
        self.arrays = other.arrays
        self.timerStart = other.timerStart
    }

    mutating func run(_ statements: [ScriptStatement]) async throws(MethodScriptFault) -> Flow {
        for statement in statements {
            if self.surroundings.control.isAborted { return .leaveScript }
            let flow = try await self.run(statement)
            if case .next = flow { continue }
            return flow
        }
        return .next
    }

    private mutating func run(_ statement: ScriptStatement) async throws(MethodScriptFault) -> Flow {
        switch statement.command {
        case "loop": return try await self.runLoop(statement)
        case "if", "elseif":
            if self.holds(statement.arguments) { return try await self.run(statement.body) }
            return try await self.run(statement.alternatives)
        case "else": return try await self.run(statement.body)
        case "breakloop": return .leaveLoop
        case "abort": return .leaveScript
        case _ where statement.command.hasPrefix("meas_loop_"): return try await self.measure(statement)
        default:
            if try await self.runInstrument(statement) { return .next }
            try await self.runComputation(statement)
            return .next
        }
    }

    private mutating func runLoop(_ statement: ScriptStatement) async throws(MethodScriptFault) -> Flow {
        await self.surroundings.emit([UInt8(ascii: "L")])
        var flow = Flow.next
        while self.holds(statement.arguments) {
            flow = try await self.run(statement.body)
            if case .next = flow {} else { break }
            await Task.yield()
        }
        await self.surroundings.emit([UInt8(ascii: "+")])
        if case .leaveLoop = flow { return .next }
        return flow
    }

    private func holds(_ condition: [ScriptToken]) -> Bool {
        var result = self.compare(condition[0], condition[1].text, condition[2])
        for start in stride(from: 3, to: condition.count - 3, by: 4) {
            let next = self.compare(condition[start + 1], condition[start + 2].text, condition[start + 3])
            result = condition[start].text == "&" ? result && next : result || next
        }
        return result
    }

    private func compare(_ left: ScriptToken, _ comparison: String, _ right: ScriptToken) -> Bool {
        let (a, b) = (self.number(left).double, self.number(right).double)
        return switch comparison {
        case "==": a == b
        case "!=": a != b
        case "<": a < b
        case ">": a > b
        case "<=": a <= b
        default: a >= b
        }
    }

    /// The commands that reach the amplifier, the cell, the clock or the host; false for others.
    private mutating func runInstrument(_ statement: ScriptStatement) async throws(MethodScriptFault) -> Bool {
        let arguments = statement.arguments
        switch statement.command {
        case "set_e":
            self.frontEnd.potential = try self.potential(arguments[0], statement)
        case "cell_on", "cell_off":
            self.frontEnd.isCellOn = statement.command == "cell_on"
            await self.surroundings.cell.set(cellOn: self.frontEnd.isCellOn)
        case "wait":
            await self.surroundings.control.pass(.seconds(self.number(arguments[0]).double))
        case "timer_start": self.timerStart = self.surroundings.clock.now
        case "timer_get":
            let elapsed = self.timerStart.duration(to: self.surroundings.clock.now).seconds
            self.slots[arguments[0].text] = Slot(number: .float(Float(elapsed)), type: .time)
        case "send_string":
            self.frontEnd.tag = arguments[0].quoted ?? ""
            await self.surroundings.emit([UInt8(ascii: "T")] + Array(self.frontEnd.tag.utf8))
        case "set_cr":
            self.frontEnd.currentRange = Current(self.number(arguments[0]).double, .ampere)
        case "set_range", "set_autoranging": self.setRange(arguments)
        case "meas":
            await self.surroundings.control.pass(.seconds(self.number(arguments[0]).double))
            let isCurrent = MethodScriptVariableType(rawValue: arguments[2].text) == .current
            self.slots[arguments[1].text] =
                isCurrent ? await self.currentSlot(at: self.frontEnd.potential) : self.potentialSlot()
        case "pck_start":
            guard self.package == nil else { throw MethodScriptFault(.packageOrder, line: statement.line) }
            self.package = []
        case "pck_add":
            let slot = self.slots[arguments[0].text] ?? Slot()
            guard self.package != nil else { throw MethodScriptFault(.packageOrder, line: statement.line) }
            self.package?.append(slot.variable)
        case "pck_end":
            guard let package = self.package else { throw MethodScriptFault(.packageOrder, line: statement.line) }
            self.package = nil
            await self.send(MethodScriptPackage(package))
        default:
            return false
        }
        return true
    }

    private mutating func runComputation(_ statement: ScriptStatement) async throws(MethodScriptFault) {
        let arguments = statement.arguments
        guard let name = arguments.first?.text else { return }
        switch statement.command {
        case "var": self.slots[name] = Slot()
        case "array":
            let size = self.number(arguments[1]).int
            guard (1...100_000).contains(size) else { throw MethodScriptFault(.indexOutOfBounds, line: statement.line) }
            self.arrays[name] = Array(repeating: .float(0), count: size)
        case "store_var":
            self.slots[name] = Slot(
                number: self.number(arguments[1]),
                type: MethodScriptVariableType(rawValue: arguments[2].text)
            )
        case "copy_var": self.slots[arguments[1].text] = self.slots[name]
        case "alter_vartype": self.slots[name]?.type = MethodScriptVariableType(rawValue: arguments[1].text)
        case "float_to_int":
            let number = self.number(arguments[0]).int
            self.slots[name]?.number = .integer(Int32(clamping: number))
        case "int_to_float":
            let number = self.number(arguments[0]).float
            self.slots[name]?.number = .float(number)
        case "add_var", "sub_var", "mul_var", "div_var": try self.calculate(statement)
        case "array_get", "array_set":
            let index = self.number(arguments[1]).int
            guard let array = self.arrays[name], array.indices.contains(index) else {
                throw MethodScriptFault(.indexOutOfBounds, line: statement.line)
            }
            if statement.command == "array_get" {
                self.slots[arguments[2].text, default: Slot()].number = array[index]
            } else {
                let number = self.number(arguments[2])
                self.arrays[name]?[index] = number
            }
        default:
            break  // Modes, bandwidths and pins of no effect on what is simulated.
        }
    }

    private mutating func calculate(_ statement: ScriptStatement) throws(MethodScriptFault) {
        let name = statement.arguments[0].text
        let (left, right) = (self.slots[name]?.number ?? .float(0), self.number(statement.arguments[1]))
        if statement.command == "div_var", right.double == 0 {
            throw MethodScriptFault(.divisionByZero, line: statement.line)
        }
        let result: ScriptNumber
        if case .integer(let a) = left, case .integer(let b) = right {
            result =
                switch statement.command {
                case "add_var": .integer(a &+ b)
                case "sub_var": .integer(a &- b)
                case "mul_var": .integer(a &* b)
                default: .integer(a.dividedReportingOverflow(by: b).partialValue)
                }
        } else {
            let (a, b) = (left.float, right.float)
            result =
                switch statement.command {
                case "add_var": .float(a + b)
                case "sub_var": .float(a - b)
                case "mul_var": .float(a * b)
                default: .float(a / b)
                }
        }
        self.slots[name]?.number = result
    }

    private mutating func setRange(_ arguments: [ScriptToken]) {
        let hasType = arguments[0].number == nil && self.slots[arguments[0].text] == nil
        let type = MethodScriptVariableType(rawValue: hasType ? arguments[0].text : "ba")
        let numbers = arguments.dropFirst(hasType ? 1 : 0).map { self.number($0).double }
        guard let low = numbers.first, let high = numbers.last else { return }
        let isPair = numbers.count == 2 && low <= high
        if type.unit == "V" {
            if isPair { self.frontEnd.potentialAutoRange = Voltage(low, .volt)...Voltage(high, .volt) }
            if numbers.count == 1 { self.frontEnd.potentialRange = Voltage(low, .volt) }
        } else {
            if isPair { self.frontEnd.currentAutoRange = Current(low, .ampere)...Current(high, .ampere) }
            if numbers.count == 1 { self.frontEnd.currentRange = Current(low, .ampere) }
        }
    }

    func number(_ token: ScriptToken) -> ScriptNumber {
        token.number ?? self.slots[token.text]?.number ?? .float(.nan)
    }

    /// A potential the instrument may apply.
    func potential(_ token: ScriptToken, _ statement: ScriptStatement) throws(MethodScriptFault) -> Voltage {
        let potential = Voltage(self.number(token).double, .volt)
        let allowed = self.frontEnd.instrument.potentials
        // Limits are decimal, numbers are 32-bit floats: a microvolt above is still the limit.
        guard potential.si >= allowed.lowerBound.si - 1e-6, potential.si <= allowed.upperBound.si + 1e-6 else {
            throw MethodScriptFault(.potentialNotAllowed, line: statement.line)
        }
        return potential
    }
}

extension ScriptRuntime.Slot {
    var variable: MethodScriptVariable {
        let value: MethodScriptValue =
            switch self.number {
            case .float(let value): MethodScriptValue(value)
            case .integer(let value): .integer(value)
            }
        return MethodScriptVariable(self.type, value, status: self.status, rangeIndex: self.rangeIndex)
    }
}
