public import Analysis
public import DeviceKit
public import Protocols

/// One way to serve one quantity: turns a request into steps, and what the steps brought about into a result.
///
/// Both are pure: planning moves nothing, and a result can be computed again from the journal after a crash.
public protocol Method: Sendable {
    var quantity: String { get }
    var name: String { get }

    /// What is accepted, in the broker's format: the tree of the parameters with ranges at its leaves.
    var limitations: JSONValue { get }

    /// Whether people alone serve it, so that it neither needs the lab's devices nor waits for them.
    var isManual: Bool { get }

    /// Plans a request whose parameters fit the capability's schema. Throws why it is left alone.
    func prepare(
        _ parameters: JSONValue, sample: SampleIdentity, in situation: LabSituation
    ) throws(RequestRefusal) -> PreparedRun

    /// The result of a run whose steps all have their outcome.
    ///
    /// - Parameter fluid: what stands where after the last step.
    func result(
        of run: PreparedRun, outcomes: [StepOutcome], fluid: FluidState
    ) throws(RequestRefusal) -> MethodResult
}

extension Method {
    public var isManual: Bool { false }
}

/// The state of the lab at the time of planning.
public struct LabSituation: Sendable {
    /// Which liquid stands where.
    public var fluid: FluidState
    /// Temperature of the measuring cell, and how old the reading is.
    public var cellTemperature: Measured<TemperatureDimension>
    public var temperatureAge: Duration
    /// The sample of the request before, if it is still in the lines.
    public var standing: StandingSample?

    public init(
        fluid: FluidState, cellTemperature: Measured<TemperatureDimension>, temperatureAge: Duration,
        standing: StandingSample? = nil
    ) {
        self.standing = standing
        self.fluid = fluid
        self.cellTemperature = cellTemperature
        self.temperatureAge = temperatureAge
    }
}

/// How a sample is called in results, raw files and on vials.
public struct SampleIdentity: Sendable, Hashable, Codable {
    public var request: String
    /// UUID of the sample.
    public var id: String
    /// Day of preparation, ISO 8601.
    public var date: String

    public init(request: String, id: String, date: String) {
        self.request = request
        self.id = id
        self.date = date
    }

    /// What an instrument calls the sample that takes no more than 30 letters and digits: the random end of its UUID.
    public static func instrumentName(_ id: String) -> String {
        "S" + id.filter { $0.isHexDigit }.suffix(20)
    }

    /// What a person types at an instrument: short, and another one for each request and each formulation.
    public var typedName: String {
        "S\(self.id.filter(\.isHexDigit).suffix(6))-\(self.request.filter(\.isHexDigit).suffix(3))".uppercased()
    }
}

/// A planned request: all that is needed to carry it out, and to tell afterwards what happened.
public struct PreparedRun: Sendable, Hashable, Codable {
    public var sample: SampleIdentity
    /// As requested, in mole fractions by InChIKey.
    public var requested: [String: Double]
    /// Volume fraction of each stock solution, by id.
    public var recipe: [String: Double]
    public var temperature: Measured<TemperatureDimension>
    public var vial: String?
    public var volume: Volume?
    public var plan: Plan
    /// Rinsing and drying, once the result is safe.
    public var cleanup: Plan
    /// As requested, in JSON, where the result repeats them; nil where it says what was really used.
    public var parameters: String?

    public init(
        sample: SampleIdentity, requested: [String: Double], recipe: [String: Double],
        temperature: Measured<TemperatureDimension>, vial: String? = nil, volume: Volume? = nil, plan: Plan,
        cleanup: Plan, parameters: String? = nil
    ) {
        self.sample = sample
        self.requested = requested
        self.recipe = recipe
        self.temperature = temperature
        self.vial = vial
        self.volume = volume
        self.plan = plan
        self.cleanup = cleanup
        self.parameters = parameters
    }
}

/// What is reported to the broker.
public struct MethodResult: Sendable, Hashable {
    /// The parameters really used, in the shape of the request's.
    public var parameters: JSONValue
    public var data: JSONValue
    public var rawFiles: [RawFileReference]

    public init(parameters: JSONValue, data: JSONValue, rawFiles: [RawFileReference]) {
        self.parameters = parameters
        self.data = data
        self.rawFiles = rawFiles
    }
}
