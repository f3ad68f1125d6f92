import HTTPTypes

/// The content of a page, without what stands around it.
struct Page: Sendable {
    var title: String
    var section: Section?
    var status = HTTPResponse.Status.ok
    /// What was done before the browser was sent here.
    var said: Said?
    /// Whether it follows what happens.
    var isLive = true
    var body: Markup

    init(
        _ title: String, in section: Section? = nil, status: HTTPResponse.Status = .ok, said: String? = nil,
        isLive: Bool = true, @MarkupBuilder body: () -> Markup
    ) {
        self.title = title
        self.section = section
        self.status = status
        self.said = said.flatMap(Said.init)
        self.isLive = isLive
        self.body = body()
    }
}

/// The places of the console, in the order of the navigation.
enum Section: String, CaseIterable {
    case waiting = "/"
    case runs = "/runs"
    case liquids = "/liquids"
    case devices = "/devices"
    case results = "/results"
    case calibrations = "/calibrations"

    var path: String { self.rawValue }

    var title: String {
        switch self {
        case .waiting: "For you"
        case .runs: "Runs"
        case .liquids: "Liquids"
        case .devices: "Devices"
        case .results: "Results"
        case .calibrations: "Calibrations"
        }
    }
}

/// What a page says of something that was just done.
enum Said: String {
    case answered, stopped, abandoned, refilled, freed, emptied, retried, acknowledged, released, signedOut, begun,
        dried

    var words: String {
        switch self {
        case .answered: "Your answer is noted; the lab acts on it."
        case .stopped: "The run is being stopped; it asks before it goes on."
        case .abandoned: "The run was given up."
        case .refilled: "Refilled."
        case .freed: "An empty vial stands there now."
        case .emptied: "Emptied."
        case .retried: "The result is sent once more."
        case .acknowledged: "Acknowledged."
        case .released: "The lab works again."
        case .signedOut: "Signed out."
        case .begun: "It has begun, and asks under “For you” for what hands have to do."
        case .dried: "It counts as dry now."
        }
    }
}
