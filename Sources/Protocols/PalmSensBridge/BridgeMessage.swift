public import DeviceKit

/// What a bridge says about one command: one JSON object per line.
///
/// | message | meaning |
/// | --- | --- |
/// | `{"id": 1, "hello": {"protocol": 1, "bridge": …, "model": …, "serial": …, "firmware": …}}` | who is there |
/// | `{"id": 2, "started": true}` | the sweep is on the instrument |
/// | `{"id": 2, "point": {"frequency_Hz": …, "real_ohm": …, "imaginary_ohm": …, "status": "ok"}}` | one point |
/// | `{"id": 2, "done": 25, "cell": "off"}` | the sweep is complete |
/// | `{"id": 3, "stopped": true, "cell": "off"}` | an abort was done |
/// | `{"id": 2, "error": "…", "code": "refused", "cell": "unknown"}` | it came to nothing |
public struct BridgeMessage: Sendable, Hashable {
    public enum Content: Sendable, Hashable {
        case hello(Hello)
        case started
        case point(ImpedancePoint)
        /// With the number of points that were measured.
        case done(points: Int, CellState)
        case stopped(CellState)
        case failed(Failure)
    }

    public struct Hello: Sendable, Hashable {
        public var version: Int64
        public var bridge: String
        public var identity: DeviceIdentity

        public init(version: Int64, bridge: String, identity: DeviceIdentity) {
            self.version = version
            self.bridge = bridge
            self.identity = identity
        }
    }

    /// Whether the potentiostat drives the cell.
    public enum CellState: String, Sendable, Hashable {
        case off
        case unknown
    }

    public struct Failure: Sendable, Hashable {
        public enum Code: String, Sendable, Hashable {
            /// The instrument is not connected, or another program has it.
            case absent
            /// The order cannot be carried out; nothing has happened.
            case refused
            /// The instrument failed.
            case faulted
            /// Ended by an abort.
            case aborted
        }

        public var code: Code
        public var text: String
        public var cell: CellState

        public init(_ code: Code, _ text: String, cell: CellState) {
            self.code = code
            self.text = text
            self.cell = cell
        }
    }

    /// Of the command that it is about; nil where the bridge could not read one.
    public var id: Int64?
    public var content: Content

    public init(id: Int64?, _ content: Content) {
        self.id = id
        self.content = content
    }

    /// - Throws: what is wrong with the line, in words.
    public init(parsing line: some Sequence<UInt8>) throws(BridgeFormatError) {
        let json = try BridgeFormatError.reading(line)
        self.id = json["id"]?.integer
        if let hello = json["hello"] {
            self.content = .hello(try Hello(hello))
        } else if let point = json["point"] {
            self.content = .point(try Self.point(point))
        } else if json["started"] == true {
            self.content = .started
        } else if let count = json["done"]?.integer {
            guard let points = Int(exactly: count), points >= 0 else {
                throw BridgeFormatError("“done” is no number of points")
            }
            self.content = .done(points: points, Self.cell(json))
        } else if json["stopped"] == true {
            self.content = .stopped(Self.cell(json))
        } else if let text = json["error"]?.string {
            let code = json["code"]?.string.flatMap(Failure.Code.init) ?? .faulted
            self.content = .failed(Failure(code, text, cell: Self.cell(json)))
        } else {
            throw BridgeFormatError("it is none of hello, started, point, done, stopped and error")
        }
    }

    /// The line without its ending.
    public var line: String {
        var object: JSONObject = ["id": self.id.map { .integer($0) } ?? .null]
        switch self.content {
        case .hello(let hello):
            var members: JSONObject = [
                "protocol": .integer(hello.version), "bridge": .string(hello.bridge),
                "model": .string(hello.identity.model),
            ]
            members["serial"] = hello.identity.serialNumber.map { .string($0) }
            members["firmware"] = hello.identity.firmware.map { .string($0) }
            object["hello"] = .object(members)
        case .started: object["started"] = true
        case .point(let point):
            object["point"] = [
                "frequency_Hz": .number(point.frequency.in(.hertz)), "real_ohm": .number(point.real.in(.ohm)),
                "imaginary_ohm": .number(point.imaginary.in(.ohm)),
                "status": point.isOverloaded ? "overload" : point.isDoubtful ? "doubtful" : "ok",
            ]
        case .done(let points, let cell):
            object["done"] = .integer(Int64(points))
            object["cell"] = .string(cell.rawValue)
        case .stopped(let cell):
            object["stopped"] = true
            object["cell"] = .string(cell.rawValue)
        case .failed(let failure):
            object["error"] = .string(failure.text)
            object["code"] = .string(failure.code.rawValue)
            object["cell"] = .string(failure.cell.rawValue)
        }
        return JSONValue.object(object).text()
    }

    /// What is not said to be off may be on.
    private static func cell(_ json: JSONValue) -> CellState {
        json["cell"]?.string.flatMap(CellState.init) ?? .unknown
    }

    private static func point(_ json: JSONValue) throws(BridgeFormatError) -> ImpedancePoint {
        guard let frequency = json["frequency_Hz"]?.double, let real = json["real_ohm"]?.double,
            let imaginary = json["imaginary_ohm"]?.double, frequency.isFinite, frequency > 0, real.isFinite,
            imaginary.isFinite
        else { throw BridgeFormatError("a point lacks frequency_Hz, real_ohm or imaginary_ohm") }
        guard let status = json["status"]?.string, ["ok", "doubtful", "overload"].contains(status) else {
            throw BridgeFormatError("the status of a point is not ok, doubtful or overload")
        }
        return ImpedancePoint(
            frequency: Frequency(frequency, .hertz), real: Resistance(real, .ohm),
            imaginary: Resistance(imaginary, .ohm), isOverloaded: status == "overload", isDoubtful: status == "doubtful"
        )
    }
}

extension BridgeMessage.Hello {
    fileprivate init(_ json: JSONValue) throws(BridgeFormatError) {
        guard let version = json["protocol"]?.integer, let model = json["model"]?.string, !model.isEmpty else {
            throw BridgeFormatError("hello lacks protocol or model")
        }
        self.init(
            version: version, bridge: json["bridge"]?.string ?? "",
            identity: DeviceIdentity(
                vendor: "PalmSens", model: model, serialNumber: json["serial"]?.string,
                firmware: json["firmware"]?.string))
    }
}
