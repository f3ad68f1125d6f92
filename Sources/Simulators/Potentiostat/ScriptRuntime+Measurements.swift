import DeviceKit
import Glibc
import Protocols

extension ScriptRuntime {
    mutating func measure(_ statement: ScriptStatement) async throws(MethodScriptFault) -> Flow {
        switch statement.command {
        case "meas_loop_eis": return try await self.measureImpedance(statement)
        case "meas_loop_ocp": return try await self.measureOpenCircuit(statement)
        case "meas_loop_ca": return try await self.measureAmperometry(statement)
        default: return try await self.measureSweep(statement)
        }
    }

    /// `meas_loop_eis f zr zi Eac fstart fend npoints Edc`
    private mutating func measureImpedance(_ statement: ScriptStatement) async throws(MethodScriptFault) -> Flow {
        let words = statement.arguments
        let numbers = words.dropFirst(3).map { self.number($0).double }
        let bias = try self.potential(words[7], statement)
        let highest = self.frontEnd.instrument.highestFrequency.si * 1.000_001
        guard numbers[1] > 0, numbers[2] > 0, numbers[1] <= highest, numbers[2] <= highest else {
            throw MethodScriptFault(.badFrequency, line: statement.line)
        }
        guard numbers[0] > 0, numbers[0] <= self.frontEnd.instrument.largestAmplitude.si * 1.000_001 else {
            throw MethodScriptFault(.badAmplitude, line: statement.line)
        }
        let count = self.number(words[6]).int
        guard count > 0 else { throw MethodScriptFault(.needsSteps, line: statement.line) }
        guard self.frontEnd.isCellOn else { throw MethodScriptFault(.needsCellOn, line: statement.line) }
        self.frontEnd.potential = bias
        self.points = 0
        await self.surroundings.emit(MethodScriptTechnique.impedance.marker)
        var flow = Flow.next
        for index in 0..<count {
            let share = count > 1 ? Double(index) / Double(count - 1) : 0
            let frequency = Frequency(numbers[1] * pow(numbers[2] / numbers[1], share), .hertz)
            await self.surroundings.control.pass(ImpedanceTiming.point(at: frequency))
            if self.surroundings.control.takeLoopAbort() { break }
            let faults = await self.surroundings.faults()
            if let failure = faults.failure, failure.afterPoints == self.points {
                throw MethodScriptFault(failure.code, line: statement.line)
            }
            if faults.endsAfterPoints == self.points { break }
            let (real, imaginary) = await self.impedance(at: frequency, amplitude: Voltage(numbers[0], .volt))
            self.slots[words[0].text] = Slot(number: .float(Float(frequency.si)), type: .setFrequency)
            self.slots[words[1].text] = real
            self.slots[words[2].text] = imaginary
            flow = try await self.run(statement.body)
            self.points += 1
            await self.surroundings.pointSent(self.points)
            if case .next = flow {} else { break }
        }
        await self.surroundings.emit([UInt8(ascii: "*")])
        if case .leaveScript = flow { return flow }
        if self.points == count { await self.surroundings.cell.recordMeasurement(tag: self.frontEnd.tag) }
        return .next
    }

    private mutating func impedance(at frequency: Frequency, amplitude: Voltage) async -> (Slot, Slot) {
        let (real, imaginary) = await self.surroundings.cell.impedance(at: frequency)
        let modulus = (real.si * real.si + imaginary.si * imaginary.si).squareRoot()
        let potentialIndex = self.frontEnd.potentialIndex(of: amplitude)
        guard modulus.isFinite, modulus > 0 else {
            let reading = self.frontEnd.reading(of: .zero)
            return (
                Slot(number: .float(.nan), type: .impedanceReal, status: .underload, rangeIndex: reading.index),
                Slot(number: .float(.nan), type: .impedanceImaginary, status: .underload, rangeIndex: potentialIndex)
            )
        }
        let current = Current(amplitude.si / modulus, .ampere)
        let reading = self.frontEnd.reading(of: current)
        // An overloaded amplifier clips the current: the impedance seems larger than it is.
        let clipping = reading.status.contains(.overload) ? (reading.fullScale.map { current / $0 } ?? 1) : 1
        let scatter = self.surroundings.noise * modulus
        let measuredReal = real.si * clipping + scatter * self.noise.normal()
        let measuredImaginary = imaginary.si * clipping + scatter * self.noise.normal()
        return (
            Slot(
                number: .float(Float(measuredReal)),
                type: .impedanceReal,
                status: reading.status,
                rangeIndex: reading.index
            ),
            Slot(
                number: .float(Float(measuredImaginary)),
                type: .impedanceImaginary,
                status: reading.status,
                rangeIndex: potentialIndex
            )
        )
    }

    /// `meas_loop_ca p c E dt trun`
    private mutating func measureAmperometry(_ statement: ScriptStatement) async throws(MethodScriptFault) -> Flow {
        let words = statement.arguments
        let potential = try self.potential(words[2], statement)
        let potentials = try self.samples(words[3], words[4], statement).map { _ in potential }
        return try await self.sweep(
            statement,
            .amperometry,
            scans: [potentials],
            interval: self.number(words[3]).double,
            into: (words[0].text, words[1].text)
        )
    }

    /// `meas_loop_ocp p dt trun`
    private mutating func measureOpenCircuit(_ statement: ScriptStatement) async throws(MethodScriptFault) -> Flow {
        let words = statement.arguments
        guard !self.frontEnd.isCellOn else { throw MethodScriptFault(.needsCellOff, line: statement.line) }
        let potentials = try self.samples(words[1], words[2], statement).map { _ in Voltage.zero }
        return try await self.sweep(
            statement,
            .openCircuit,
            scans: [potentials],
            interval: self.number(words[1]).double,
            into: (words[0].text, nil)
        )
    }

    /// Linear, cyclic, differential-pulse and square-wave voltammetry: potentials in steps.
    private mutating func measureSweep(_ statement: ScriptStatement) async throws(MethodScriptFault) -> Flow {
        let words = statement.arguments
        let isSquareWave = statement.command == "meas_loop_swv"
        let isCyclic = statement.command == "meas_loop_cv"
        let first = isSquareWave ? 4 : 2
        let start = try self.potential(words[first], statement).si
        let turn = try self.potential(words[first + 1], statement).si
        let step = self.number(words[isCyclic ? 5 : first + 2]).double
        // The last number is a rate in V/s, for square waves a frequency in Hz.
        let rate = self.number(words[words.count - 1]).double
        guard step > 0, rate > 0 else { throw MethodScriptFault(.mustBePositive, line: statement.line) }
        var scans = [Self.steps([start, turn], step)]
        if isCyclic {
            let back = try self.potential(words[4], statement).si
            let count = max(1, Int(statement.options["nscans"]?.prefix { $0.isNumber } ?? "1") ?? 1)
            scans = Array(repeating: Self.steps([start, turn, back, start], step), count: min(count, 1000))
        }
        let technique: MethodScriptTechnique =
            switch statement.command {
            case "meas_loop_cv": .cyclic
            case "meas_loop_dpv": .differentialPulse
            case "meas_loop_swv": .squareWave
            default: .linearSweep
            }
        return try await self.sweep(
            statement,
            technique,
            scans: scans,
            interval: isSquareWave ? 1 / rate : step / rate,
            into: (words[0].text, words[1].text)
        )
    }

    private mutating func sweep(
        _ statement: ScriptStatement,
        _ technique: MethodScriptTechnique,
        scans: [[Voltage]],
        interval: Double,
        into names: (potential: String, current: String?)
    ) async throws(MethodScriptFault) -> Flow {
        let emit = self.surroundings.emit
        await emit(technique.marker)
        var flow = Flow.next
        scans: for (scan, potentials) in scans.enumerated() {
            let digits = "\(scan)"
            let number = String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
            if scans.count > 1 { await emit(Array("C\(number)".utf8)) }
            for potential in potentials {
                await self.surroundings.control.pass(.seconds(interval))
                if self.surroundings.control.takeLoopAbort() {
                    if scans.count > 1 { await emit([UInt8(ascii: "-")]) }
                    break scans
                }
                self.frontEnd.potential = potential
                let type: MethodScriptVariableType = technique == .openCircuit ? .potential : .setPotential
                self.slots[names.potential] = Slot(number: .float(Float(potential.si)), type: type)
                if let current = names.current { self.slots[current] = await self.currentSlot(at: potential) }
                flow = try await self.run(statement.body)
                if case .next = flow {} else { break }
            }
            if scans.count > 1 { await emit([UInt8(ascii: "-")]) }
            if case .next = flow {} else { break }
        }
        await emit([UInt8(ascii: "*")])
        if case .leaveLoop = flow { return .next }
        return flow
    }

    /// The current through the cell at a constant potential: what its resistance near 0 Hz lets through.
    mutating func currentSlot(at potential: Voltage) async -> Slot {
        var current = 0.0
        if self.frontEnd.isCellOn {
            let (real, imaginary) = await self.surroundings.cell.impedance(at: Frequency(1, .hertz))
            let modulus = (real.si * real.si + imaginary.si * imaginary.si).squareRoot()
            if modulus.isFinite, modulus > 0 { current = potential.si / modulus }
        }
        current += self.surroundings.noise * (abs(current) + 1e-9) * self.noise.normal()
        let reading = self.frontEnd.reading(of: Current(abs(current), .ampere))
        return Slot(
            number: .float(Float(current)),
            type: .current,
            status: reading.status,
            rangeIndex: reading.index
        )
    }

    func potentialSlot() -> Slot {
        Slot(
            number: .float(Float(self.frontEnd.potential.si)),
            type: .potential,
            status: [],
            rangeIndex: self.frontEnd.potentialIndex(of: self.frontEnd.potential.magnitude)
        )
    }

    /// Sends a package, or what a fault makes of it.
    mutating func send(_ package: MethodScriptPackage) async {
        let faults = await self.surroundings.faults()
        if let last = faults.silentAfterPoints, self.points >= last { return }
        var line = package.bytes
        if faults.corruptedPoint == self.points, line.count > 6 { line[6] = UInt8(ascii: "#") }
        await self.surroundings.emit(line)
    }

    private func samples(
        _ interval: ScriptToken,
        _ duration: ScriptToken,
        _ statement: ScriptStatement
    ) throws(MethodScriptFault) -> Range<Int> {
        let (interval, duration) = (self.number(interval).double, self.number(duration).double)
        guard interval > 0, duration > 0, duration / interval < 1e7 else {
            throw MethodScriptFault(.mustBePositive, line: statement.line)
        }
        return 0..<max(1, Int((duration / interval).rounded()))
    }

    /// Potentials from corner to corner in steps, the corners included once.
    private static func steps(_ corners: [Double], _ step: Double) -> [Voltage] {
        var potentials = [Voltage(corners[0], .volt)]
        for (from, to) in zip(corners, corners.dropFirst()) {
            let count = Int(((abs(to - from) / step) + 1e-6).rounded(.down))
            guard count > 0, count < 1_000_000 else { continue }
            let direction = to > from ? step : -step
            potentials += (1...count).map { Voltage(from + direction * Double($0), .volt) }
        }
        return potentials
    }
}
