public import DeviceKit
import GRPCCore
import GRPCNIOTransportHTTP2
import NIOPosix

/// A SiLA 2 server as CETONI's software runs one for each device, bound to a model of the device.
///
/// It listens on a loopback address, in plain text unless given a certificate. All servers of a process share one
/// event loop.
public actor SimulatedSiLAServer {
    /// A certificate and its key, in PEM files.
    public struct Identity: Sendable, Hashable {
        public var certificatePath: String
        public var keyPath: String
        public init(certificatePath: String, keyPath: String) {
            self.certificatePath = certificatePath
            self.keyPath = keyPath
        }
    }

    public nonisolated let name: String
    /// What the server presents as its UUID, made from its name, so that it is the same at every start.
    public nonisolated let uuid: String

    private let host: String
    private let wantedPort: Int
    private let identity: Identity?
    private let services: [any RegistrableRPCService]
    private let pump: PumpServerState?
    private let valves: ValveServerState?
    private var serving: Task<Void, Never>?
    private var polling: Task<Void, Never>?
    private var open: OpenChannels?

    /// A pump's server. `name` is what it presents as server name; port 0 takes any free one.
    public init(
        name: String, pump model: any SyringePumpModel, clock: LabClock, host: String = "127.0.0.1", port: Int = 0,
        behaviour: SiLABehaviour = SiLABehaviour(), tls identity: Identity? = nil
    ) {
        let state = PumpServerState(model: model, clock: clock, behaviour: behaviour)
        let presentation = ServerPresentation(
            name: name, type: "SyringePump", features: [.service, .systemStatus, .drive, .units, .syringe, .dosing])
        self.init(
            presentation, host, port, identity, pump: state, valves: nil,
            services: [
                PresentationService(presentation: presentation), SystemStatusService(feed: state),
                PumpDriveService(state: state), PumpUnitService(state: state), SyringeService(state: state),
                PumpDosingService(state: state),
            ])
    }

    /// A valve's server; with several valves, one that also is a gateway to them.
    public init(
        name: String, valves models: [any RotaryValveModel], clock: LabClock, host: String = "127.0.0.1", port: Int = 0,
        behaviour: SiLABehaviour = SiLABehaviour(), tls identity: Identity? = nil
    ) {
        let state = ValveServerState(models: models, clock: clock, behaviour: behaviour)
        let isGateway = models.count > 1
        let presentation = ServerPresentation(
            name: name, type: "Valve", features: [.service, .systemStatus, .valve] + (isGateway ? [.valveGateway] : []))
        var services: [any RegistrableRPCService] = [
            PresentationService(presentation: presentation), SystemStatusService(feed: state),
            ValveService(state: state, isGateway: isGateway),
        ]
        if isGateway { services.append(ValveGatewayService(count: models.count)) }
        self.init(presentation, host, port, identity, pump: nil, valves: state, services: services)
    }

    private init(
        _ presentation: ServerPresentation, _ host: String, _ port: Int, _ identity: Identity?,
        pump: PumpServerState?, valves: ValveServerState?, services: [any RegistrableRPCService]
    ) {
        self.name = presentation.name
        self.uuid = presentation.uuid
        self.host = host
        self.wantedPort = port
        self.identity = identity
        self.pump = pump
        self.valves = valves
        self.services = services
    }

    deinit {
        self.polling?.cancel()
        guard let open = self.open else { return }
        Task { await open.closeAll() }
    }

    /// Begins to listen and returns the port. Throws when the port is taken.
    @discardableResult
    public func start() async throws -> Int {
        let open = OpenChannels()
        let transport = HTTP2ServerTransport.Posix(
            address: .ipv4(host: self.host, port: self.wantedPort), transportSecurity: self.security,
            config: .defaults { config in
                config.http2.targetWindowSize = 1 << 17
                config.channelDebuggingCallbacks.onBindTCPListener = { open.note($0) }
                config.channelDebuggingCallbacks.onAcceptTCPConnection = { open.note($0) }
            },
            eventLoopGroup: Self.eventLoops)
        let server = GRPCServer(transport: transport, services: self.services)
        self.open = open
        self.serving = Task { try? await server.serve() }
        await self.pump?.look()
        await self.valves?.look()
        self.polling = Task { [pump, valves] in
            await pump?.poll()
            await valves?.poll()
        }
        let address = try await transport.listeningAddress
        return address.ipv4?.port ?? 0
    }

    /// Ends the server as a lost computer does: connections break, nothing is answered. It can be started again.
    public func stop() async {
        self.polling?.cancel()
        await self.open?.closeAll()
        self.open = nil
        await self.serving?.value
        self.serving = nil
        await self.pump?.forgetExecutions()
    }

    /// Changes the behaviour while it runs.
    public func change(_ edit: @Sendable (inout SiLABehaviour) -> Void) async {
        await self.pump?.change(edit)
        await self.valves?.change(edit)
    }

    private static let eventLoops = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    private var security: HTTP2ServerTransport.Posix.TransportSecurity {
        guard let identity = self.identity else { return .plaintext }
        return .tls(
            certificateChain: [.file(path: identity.certificatePath, format: .pem)],
            privateKey: .file(path: identity.keyPath, format: .pem))
    }
}
