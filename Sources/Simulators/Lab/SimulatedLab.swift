public import DeviceKit
import DeviceProfiles
import Links

/// All simulated devices of a lab around one world and one clock.
///
///     let lab = try SimulatedLab(description, speed: 300)
///     for endpoint in try await lab.start() { print(endpoint.device, endpoint.endpoint) }
///     …
///     await lab.stop()
public actor SimulatedLab {
    public nonisolated let world: LabWorld
    public nonisolated let clock: LabClock
    let devices: [Device]
    private let seed: UInt64
    /// Nil where the lab is not much faster than real time.
    private let gate: StartGate?
    /// By the name of the device, of the board or of the line.
    private(set) var servers: [String: SimulatedSiLAServer] = [:]
    private(set) var boards: [String: SimulatedArduinoRelayBoard] = [:]
    private(set) var lines: [String: SimulatedTextLine] = [:]
    private var registerLines: [SimulatedModbusServer] = []
    private(set) var potentiostats: [String: SimulatedPotentiostat] = [:]
    private var bridges: [SimulatedPalmSensBridge] = []
    private(set) var sessionFolders: [String: SimulatedSessionFolder] = [:]
    private(set) var densimeters: [String: SimulatedDensimeter] = [:]
    /// By the name of the pump.
    private(set) var drives: [String: SimulatedEposDrive] = [:]
    private var driveLines: [SimulatedEposLine] = []
    private var canLines: [SimulatedCANLine] = []
    private var tasks: [Task<Void, Never>] = []

    /// - Parameters:
    ///   - speed: lab seconds per wall second.
    ///   - seed: of the noise of what is measured.
    public init(_ description: Description, speed: Double = 1, seed: UInt64 = 1) throws(WorldDescriptionError) {
        self.clock = LabClock(speed: speed)
        self.world = try LabWorld(description.world, clock: self.clock)
        self.gate = speed >= 10 ? StartGate(self.world) : nil
        self.devices = description.devices
        self.seed = seed
    }

    /// Starts every device and returns where each listens, in the order of the description.
    ///
    /// - Throws: `SimulatedLabError` for a device that the world does not have; what a listener throws when it cannot
    ///   be opened. What was started by then is stopped.
    public func start() async throws -> [SimulatedEndpoint] {
        let world = self.world
        self.tasks.append(Task { await world.run() })
        do {
            return try await self.startDevices()
        } catch {
            await self.stop()
            throw error
        }
    }

    /// Ends all devices at once; connections break.
    public func stop() async {
        for task in self.tasks { task.cancel() }
        self.tasks = []
        for board in self.boards.values { await board.shutDown() }
        for line in self.lines.values { await line.shutDown() }
        for line in self.registerLines { await line.shutDown() }
        for potentiostat in self.potentiostats.values { await potentiostat.shutDown() }
        for bridge in self.bridges { await bridge.shutDown() }
        for folder in self.sessionFolders.values { await folder.shutDown() }
        for densimeter in self.densimeters.values { await densimeter.shutDown() }
        for line in self.driveLines { await line.shutDown() }
        for line in self.canLines { await line.shutDown() }
        await withTaskGroup(of: Void.self) { group in
            for server in self.servers.values { group.addTask { await server.stop() } }
        }
        self.boards = [:]
        self.lines = [:]
        self.registerLines = []
        self.potentiostats = [:]
        self.bridges = []
        self.sessionFolders = [:]
        self.densimeters = [:]
        self.drives = [:]
        self.driveLines = []
        self.canLines = []
        self.servers = [:]
    }

    private func startDevices() async throws -> [SimulatedEndpoint] {
        var endpoints: [SimulatedEndpoint] = []
        var known: [String: LinkEndpoint] = [:]
        for device in self.devices {
            let endpoint: LinkEndpoint
            switch device.kind {
            case .pump(let name): endpoint = try await self.startPump(device, name)
            case .drive(_, _, _, let wire, let line):
                endpoint =
                    if let known = known[line] { known } else { try await self.startDrives(line, wire, device) }
                known[line] = endpoint
            case .valve(let name): endpoint = try await self.startValve(device, name)
            case .relay(let board, _, _):
                endpoint = if let known = known[board] { known } else { try await self.startBoard(board, device.line) }
                known[board] = endpoint
            case .profiled(_, _, let line):
                endpoint = if let known = known[line] { known } else { try await self.startLine(line, device) }
                known[line] = endpoint
            case .potentiostat(let cell): endpoint = try await self.startPotentiostat(device, cell)
            case .bridgedPotentiostat(let cell): endpoint = try await self.startBridge(device, cell)
            case .sessionFolder(let cell):
                let person = SimulatedSessionFolder(
                    cell: try self.leads(device, cell), clock: self.clock,
                    seed: self.seed &+ UInt64(self.sessionFolders.count))
                self.sessionFolders[device.name] = person
                endpoint = try await person.openFolder()
            case .densimeter(let cell, let methods, let isStartedByHand):
                endpoint = try await self.startDensimeter(device, cell, methods, isStartedByHand)
            }
            endpoints.append(SimulatedEndpoint(device: device.name, kind: device.kind.word, endpoint: endpoint))
        }
        return endpoints
    }

    private func startPump(_ device: Device, _ name: String) async throws -> LinkEndpoint {
        let model = try self.pumpModel(device, name)
        return try await self.start(SimulatedSiLAServer(name: device.name, pump: model, clock: self.clock))
    }

    private func pumpModel(_ device: Device, _ name: String) throws(SimulatedLabError) -> any SyringePumpModel {
        guard let pump = self.world.pump(name) else { throw SimulatedLabError(device, "pump \(name)") }
        return self.gate.map { GatheredSyringePump(pump: pump, gate: $0) } ?? pump
    }

    /// All drives of the line.
    private func startDrives(_ line: String, _ wire: Device.DriveWire, _ first: Device) async throws -> LinkEndpoint {
        let drives = try self.devices.compactMap { device -> SimulatedEposDrive? in
            guard case .drive(let pump, let node, let family, _, line) = device.kind else { return nil }
            let drive = SimulatedEposDrive(node: node, family: family, model: try self.pumpModel(device, pump))
            self.drives[device.name] = drive
            return drive
        }
        switch wire {
        case .serial(let dialect):
            let simulated = SimulatedEposLine(drives, dialect: dialect)
            self.driveLines.append(simulated)
            return try await first.line == .tty ? simulated.openPseudoTerminal() : simulated.listen()
        case .slcan:
            let simulated = SimulatedCANLine(drives, clock: self.clock)
            self.canLines.append(simulated)
            return try await first.line == .tty ? simulated.openPseudoTerminal() : simulated.listen()
        }
    }

    private func startValve(_ device: Device, _ name: String) async throws -> LinkEndpoint {
        guard let model = self.world.valve(name) else { throw SimulatedLabError(device, "valve \(name)") }
        return try await self.start(SimulatedSiLAServer(name: device.name, valves: [model], clock: self.clock))
    }

    private func start(_ server: SimulatedSiLAServer) async throws -> LinkEndpoint {
        self.servers[server.name] = server
        return .tcp(host: "127.0.0.1", port: UInt16(clamping: try await server.start()))
    }

    /// All channels of the board, whichever device they belong to.
    private func startBoard(_ board: String, _ line: Device.Line) async throws -> LinkEndpoint {
        var relays: [Int: any RelayModel] = [:]
        for device in self.devices {
            guard case .relay(board, let channel, let valve?) = device.kind else { continue }
            guard let relay = self.world.relay(valve) else { throw SimulatedLabError(device, "gas valve \(valve)") }
            relays[channel] = relay
        }
        let simulated = SimulatedArduinoRelayBoard(relays: relays)
        self.boards[board] = simulated
        return try await line == .tty ? simulated.openPseudoTerminal() : simulated.listen()
    }

    /// All devices of the line.
    private func startLine(_ line: String, _ device: Device) async throws -> LinkEndpoint {
        let models = self.devices.compactMap { one -> ProfiledModel? in
            guard case .profiled(let profile, let parameters, line) = one.kind else { return nil }
            return ProfiledModel(profile, parameters: parameters)
        }
        if models.first?.profile.link.modbus != nil {
            let simulated = SimulatedModbusServer(try ModbusSite(models: models, clock: self.clock))
            self.registerLines.append(simulated)
            return try await device.line == .tty ? simulated.openPseudoTerminal() : simulated.listen()
        }
        guard let simulated = SimulatedTextLine(models, clock: self.clock) else {
            throw SimulatedLabError(device, "simulator for a device without text protocol")
        }
        self.lines[line] = simulated
        return try await device.line == .tty ? simulated.openPseudoTerminal() : simulated.listen()
    }

    private func startPotentiostat(_ device: Device, _ cell: String?) async throws -> LinkEndpoint {
        let simulated = SimulatedPotentiostat(
            cell: try self.leads(device, cell), clock: self.clock,
            seed: self.seed &+ UInt64(self.potentiostats.count))
        self.potentiostats[device.name] = simulated
        return try await device.line == .tty ? simulated.openPseudoTerminal() : simulated.listen()
    }

    private func startBridge(_ device: Device, _ cell: String?) async throws -> LinkEndpoint {
        let simulated = SimulatedPalmSensBridge(
            cell: try self.leads(device, cell), clock: self.clock, seed: self.seed &+ UInt64(self.bridges.count))
        self.bridges.append(simulated)
        return try await simulated.listen()
    }

    /// What a person does at a densimeter: enters a method and a sample's name, and presses Start.
    public func startDensimeter(_ name: String, method: String, sample: String) async {
        await self.densimeters[name]?.start(method: method, sample: sample)
    }

    /// What hangs between the leads of a potentiostat.
    private func leads(_ device: Device, _ cell: String?) throws(SimulatedLabError) -> any ConductivityCellModel {
        guard let cell else { return ConstantPhaseCell(nil) }
        guard let model = self.world.cell(cell) else { throw SimulatedLabError(device, "cell \(cell)") }
        return model
    }

    private func startDensimeter(
        _ device: Device, _ cell: String?, _ methods: [DensimeterMethod], _ isStartedByHand: Bool
    ) async throws -> LinkEndpoint {
        let room = Temperature(celsius: 25)
        var filling: any DensimeterCellModel = ConstantFilling(concentrations: [:], temperature: room)
        if let cell {
            guard let model = self.world.densimeter(cell) else { throw SimulatedLabError(device, "cell \(cell)") }
            filling = model
        }
        let simulated = SimulatedDensimeter(
            cell: filling, methods: methods, temperature: room, clock: self.clock,
            seed: self.seed &+ 1000 &+ UInt64(self.densimeters.count))
        self.densimeters[device.name] = simulated
        switch device.line {
        case .folder where isStartedByHand: return try await simulated.openExportFolder()
        case .tty where isStartedByHand: return try await simulated.openPrinter()
        case .tcp where isStartedByHand: return try await simulated.openPrinter(tcp: true)
        case .folder: return try await simulated.openFolder()
        case .tty: return try await simulated.openPseudoTerminal()
        case .tcp: return try await simulated.listen()
        }
    }
}

/// A device that stands for something which the simulated world does not have, or cannot do what it is told.
public struct SimulatedLabError: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }

    init(_ device: SimulatedLab.Device, _ missing: String) {
        self.init("\(device.name): the simulated world has no \(missing); correct the lab's description")
    }
}
