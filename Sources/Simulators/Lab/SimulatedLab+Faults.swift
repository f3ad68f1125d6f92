import DeviceProfiles

extension SimulatedLab {
    /// What a device can be told to do wrong, or `behaves` again.
    public enum Misbehaviour: String, Sendable, Hashable, CaseIterable {
        case behaves
        /// Hears, and answers nothing.
        case silent
        /// Says that it did, and did not.
        case lies
        /// Counts strokes that its plunger does not make: no question to the pump shows it; pumps.
        case slips
        /// Does what it is told and does not say so; relays and other devices that speak text.
        case mute
        /// The drive goes into fault, once; pumps.
        case overload
        /// Comes back disabled and without its reference, once; pumps.
        case losesPower = "loses-power"
        /// The connection breaks, once; potentiostats. Over TCP it can be opened again, a pseudo-terminal is gone for good.
        case hangsUp = "hangs-up"
        /// A hundredth of the cell is gas; densimeters.
        case bubble
        /// The cell stops short of its temperature; densimeters.
        case neverWarm = "never-warm"
        /// The ball of the viscometer needs longer one way than the other; densimeters.
        case ballSticks = "ball-sticks"
        /// Results end in the middle; instruments that exchange files.
        case halfFile = "half-file"
        /// A file of somebody else comes before the result, or in its place; instruments that exchange files.
        case foreignFile = "foreign-file"
    }

    /// Tells a device to misbehave, or to behave. Devices that share a line misbehave together.
    ///
    /// - Throws: where the lab has no such device, or it cannot misbehave like that.
    public func tell(_ device: String, _ misbehaviour: Misbehaviour) async throws(SimulatedLabError) {
        switch try self.kind(of: device, toldTo: misbehaviour) {
        case .pump(let pump):
            switch misbehaviour {
            case .overload: await self.world.pumpOverload(pump)
            case .losesPower: await self.world.pumpLosesPower(pump)
            default:
                await self.world.pumpSlips(pump, misbehaviour == .slips)
                await self.servers[device]?.change {
                    $0.liesAboutDoses = misbehaviour == .lies
                    $0.isSilent = misbehaviour == .silent
                }
            }
        case .drive(let pump, _, _, _, _):
            switch misbehaviour {
            case .overload: await self.world.pumpOverload(pump)
            case .losesPower:
                await self.world.pumpLosesPower(pump)
                await self.drives[device]?.losePower()
            default:
                await self.world.pumpSlips(pump, misbehaviour == .slips)
                await self.drives[device]?.change {
                    $0.lies = misbehaviour == .lies
                    $0.isSilent = misbehaviour == .silent
                }
            }
        case .valve(let valve):
            await self.world.valveSticks(valve, misbehaviour == .lies)
            await self.servers[device]?.change { $0.isSilent = misbehaviour == .silent }
        case .relay(let board, _, _): await self.boards[board]?.set(faults: .init(misbehaviour))
        case .profiled(_, _, let line): await self.lines[line]?.set(faults: .init(misbehaviour))
        case .potentiostat:
            guard misbehaviour != .hangsUp else { return await self.potentiostats[device]?.dropLink() ?? () }
            var faults = InstrumentFaults()
            faults.isSilent = misbehaviour == .silent
            if misbehaviour == .lies { faults.endsAfterPoints = 1 }
            await self.potentiostats[device]?.set(faults: faults)
        case .densimeter: await self.densimeters[device]?.set(faults: .init(misbehaviour))
        case .sessionFolder: await self.sessionFolders[device]?.set(faults: .init(misbehaviour))
        // Refused above.
        case .bridgedPotentiostat: break
        }
    }

    /// - Throws: where a plan is about a device that the lab has not, or that cannot misbehave like that.
    public nonisolated func check(_ plan: MisbehaviourPlan) throws(SimulatedLabError) {
        for entry in plan.entries { _ = try self.kind(of: entry.device, toldTo: entry.misbehaviour) }
    }

    private nonisolated func kind(
        of name: String, toldTo misbehaviour: Misbehaviour
    ) throws(SimulatedLabError) -> Device.Kind {
        guard let device = self.devices.first(where: { $0.name == name }) else {
            let names = self.devices.map(\.name).joined(separator: ", ")
            throw SimulatedLabError("there is no device \(name); there are \(names)")
        }
        let known = device.misbehaviours
        guard known.contains(misbehaviour) else {
            let words = known.map(\.rawValue).joined(separator: ", ")
            throw SimulatedLabError(
                "\(name): this \(device.kind.word) knows \(words.isEmpty ? "no misbehaviour" : words), not "
                    + misbehaviour.rawValue)
        }
        return device.kind
    }
}

extension SimulatedLab.Device {
    fileprivate var misbehaviours: [SimulatedLab.Misbehaviour] {
        switch self.kind {
        case .pump, .drive: [.behaves, .silent, .lies, .slips, .overload, .losesPower]
        case .valve: [.behaves, .silent, .lies]
        case .relay: [.behaves, .silent, .lies, .mute]
        case .profiled(let profile, _, _): profile.link.text == nil ? [] : [.behaves, .silent, .lies, .mute]
        case .potentiostat: [.behaves, .silent, .lies, .hangsUp]
        case .densimeter:
            [.behaves, .silent, .bubble, .neverWarm, .ballSticks]
                + (self.line == .folder ? [.halfFile, .foreignFile] : [])
        case .sessionFolder: [.behaves, .silent, .halfFile, .foreignFile]
        case .bridgedPotentiostat: []
        }
    }
}

extension SimulatedArduinoRelayBoard.Faults {
    fileprivate init(_ misbehaviour: SimulatedLab.Misbehaviour) {
        self.init()
        self.isSilent = misbehaviour == .silent
        self.isStuck = misbehaviour == .lies
        self.isMute = misbehaviour == .mute
    }
}

extension SimulatedTextLine.Faults {
    fileprivate init(_ misbehaviour: SimulatedLab.Misbehaviour) {
        self.init()
        self.isSilent = misbehaviour == .silent
        self.isStuck = misbehaviour == .lies
        self.isMute = misbehaviour == .mute
    }
}

extension DensimeterFaults {
    fileprivate init(_ misbehaviour: SimulatedLab.Misbehaviour) {
        self.init()
        self.isSilent = misbehaviour == .silent
        self.isMute = misbehaviour == .silent
        self.bubble = misbehaviour == .bubble ? 0.01 : nil
        self.neverEquilibrates = misbehaviour == .neverWarm
        self.ballSticks = misbehaviour == .ballSticks
        self.isCut = misbehaviour == .halfFile
        self.strangerFirst = misbehaviour == .foreignFile
    }
}

extension SimulatedSessionFolder.Faults {
    fileprivate init(_ misbehaviour: SimulatedLab.Misbehaviour) {
        self.init()
        self.isSilent = misbehaviour == .silent
        self.cutAt = misbehaviour == .halfFile ? 1001 : nil
        self.name = misbehaviour == .foreignFile ? "somebody else's.pssession" : nil
    }
}
