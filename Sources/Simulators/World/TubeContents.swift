/// What stands in the tubes: each edge is a row of well-mixed portions holding volume fractions of every species.
///
/// A portion of volume v with the fractions c, which ΔV of mean composition f flows through, follows the trapezoidal
/// rule: with r = ΔV/v it becomes f + (c − f)·(1 − r/2)/(1 + r/2) and gives off f + (c − f)/(1 + r/2) on average; for
/// r > 2 it becomes f and gives off f + (c − f)/r. Either conserves every species, keeps fractions positive, and keeps
/// the mean and (up to r = 2) the variance of the residence time of tanks in series, whatever the step.
struct TubeContents: Sendable {
    let speciesCount: Int
    /// Portion by portion, species by species; the portions of one edge lie from its start to its end.
    private(set) var portions: [Double]
    private let firstPortion: [Int]
    private let portionCount: [Int]
    /// mL of one portion of each edge.
    private let portionVolume: [Double]
    private let nodeCount: Int
    /// mL of each species that passed each node in this step, then the same for what reached each terminal.
    private var passing: [Double]
    private var passingVolume: [Double]
    /// Whether an edge holds nothing but its inflow, and then that composition.
    private var isSteady: [Bool]
    private var steadyInflow: [Double]
    private var stepsSinceCheck = 0

    /// - Parameters:
    ///   - volumes: mL of each edge.
    ///   - content: the species that fills all of them.
    init(
        volumes: [Double],
        portionVolume: Double,
        speciesCount: Int,
        nodeCount: Int,
        terminalCount: Int,
        content: Int
    ) {
        self.speciesCount = speciesCount
        self.nodeCount = nodeCount
        self.portionCount = volumes.map { max(1, Int(($0 / portionVolume).rounded(.up))) }
        self.portionVolume = zip(volumes, self.portionCount).map { max($0, 1e-6) / Double($1) }
        var first: [Int] = []
        var total = 0
        for count in self.portionCount {
            first.append(total)
            total += count
        }
        self.firstPortion = first
        self.portions = Array(repeating: 0, count: total * speciesCount)
        for portion in 0..<total { self.portions[portion * speciesCount + content] = 1 }
        self.passing = Array(repeating: 0, count: (nodeCount + terminalCount) * speciesCount)
        self.passingVolume = Array(repeating: 0, count: nodeCount + terminalCount)
        self.isSteady = Array(repeating: false, count: volumes.count)
        self.steadyInflow = Array(repeating: 0, count: volumes.count * speciesCount)
    }

    /// mL of each species in an edge.
    func amounts(inEdge edge: Int) -> [Double] {
        var amounts = Array(repeating: 0.0, count: self.speciesCount)
        for portion in self.firstPortion[edge]..<self.firstPortion[edge] + self.portionCount[edge] {
            for species in 0..<self.speciesCount {
                amounts[species] += self.portions[portion * self.speciesCount + species] * self.portionVolume[edge]
            }
        }
        return amounts
    }

    // MARK: One step

    /// Forgets what passed the nodes of `plan` in the step before.
    mutating func begin(_ plan: FlowPlan, network: TubingNetwork) {
        for source in plan.sources { self.clear(source.node) }
        for segment in plan.segments {
            self.clear(segment.upstream)
            self.clear(self.target(segment.downstream, network))
        }
    }

    /// Adds mL of species to what passes a node.
    mutating func add(_ amounts: [Double], volume: Double, atNode node: Int) {
        for species in 0..<self.speciesCount { self.passing[node * self.speciesCount + species] += amounts[species] }
        self.passingVolume[node] += volume
    }

    /// Moves one step's liquid through the edges of `plan`.
    mutating func flow(_ plan: FlowPlan, rates: FlowRates, network: TubingNetwork) {
        self.stepsSinceCheck += 1
        let checks = self.stepsSinceCheck >= 32
        if checks { self.stepsSinceCheck = 0 }
        var (passing, portions): ([Double], [Double]) = ([], [])
        swap(&passing, &self.passing)
        swap(&portions, &self.portions)
        passing.withUnsafeMutableBufferPointer { passing in
            portions.withUnsafeMutableBufferPointer { portions in
                withUnsafeTemporaryAllocation(of: Double.self, capacity: self.speciesCount) { flowing in
                    guard let passing = passing.baseAddress, let portions = portions.baseAddress,
                        let flowing = flowing.baseAddress
                    else { return }
                    for (index, segment) in plan.segments.enumerated() {
                        self.flow(segment, rates[index], checks, network, passing, portions, flowing)
                    }
                }
            }
        }
        swap(&passing, &self.passing)
        swap(&portions, &self.portions)
    }

    private mutating func flow(
        _ segment: FlowPlan.Segment,
        _ rate: FlowRates.Element,
        _ checks: Bool,
        _ network: TubingNetwork,
        _ passing: UnsafeMutablePointer<Double>,
        _ portions: UnsafeMutablePointer<Double>,
        _ flowing: UnsafeMutablePointer<Double>
    ) {
        let species = self.speciesCount
        let edge = segment.edge
        let target = self.target(segment.downstream, network)
        let scale = 1 / max(self.passingVolume[segment.upstream], 1e-300)
        for s in 0..<species { flowing[s] = passing[segment.upstream * species + s] * scale }
        if !self.passesUnchanged(edge, flowing) {
            let base = portions + self.firstPortion[edge] * species
            let count = self.portionCount[edge]
            if checks { self.check(edge, base, count, inflow: flowing) }
            Self.push(
                segment.isForward ? base : base + (count - 1) * species,
                count: count,
                stride: segment.isForward ? species : -species,
                species: species,
                flowing: flowing,
                rest: rate.rest,
                mean: rate.mean
            )
        }
        for s in 0..<species { passing[target * species + s] += flowing[s] * rate.volume }
        self.passingVolume[target] += rate.volume
    }

    /// What a drawing pump takes out of a node: `volume` of what passes there.
    func drawn(fromNode node: Int, volume: Double) -> [Double] {
        let scale = volume / max(self.passingVolume[node], 1e-300)
        return (0..<self.speciesCount).map { self.passing[node * self.speciesCount + $0] * scale }
    }

    /// mL of each species that reached a terminal.
    func received(byTerminal terminal: Int) -> ArraySlice<Double> {
        let first = (self.nodeCount + terminal) * self.speciesCount
        return self.passing[first..<first + self.speciesCount]
    }

    /// The innermost loop: `flowing` enters as the inflow's composition and leaves as the outflow's.
    @inline(__always)
    private static func push(
        _ portions: UnsafeMutablePointer<Double>,
        count: Int,
        stride: Int,
        species: Int,
        flowing: UnsafeMutablePointer<Double>,
        rest: Double,
        mean: Double
    ) {
        var portion = portions
        for index in 0..<count {
            for s in 0..<species {
                let difference = portion[s] - flowing[s]
                portion[s] = flowing[s] + difference * rest
                flowing[s] += difference * mean
            }
            if index + 1 < count { portion += stride }
        }
    }

    // MARK: Skipping what does not change

    /// An edge that holds only what flows in lets it pass; this too conserves every species.
    private mutating func passesUnchanged(_ edge: Int, _ inflow: UnsafeMutablePointer<Double>) -> Bool {
        guard self.isSteady[edge] else { return false }
        for s in 0..<self.speciesCount where abs(self.steadyInflow[edge * self.speciesCount + s] - inflow[s]) > 1e-10 {
            self.isSteady[edge] = false
            return false
        }
        return true
    }

    private mutating func check(
        _ edge: Int,
        _ portions: UnsafeMutablePointer<Double>,
        _ count: Int,
        inflow: UnsafeMutablePointer<Double>
    ) {
        for portion in 0..<count {
            for s in 0..<self.speciesCount
            where abs(portions[portion * self.speciesCount + s] - inflow[s]) > 1e-10 { return }
        }
        self.isSteady[edge] = true
        for s in 0..<self.speciesCount { self.steadyInflow[edge * self.speciesCount + s] = inflow[s] }
    }

    private func target(_ node: Int, _ network: TubingNetwork) -> Int {
        network.terminalAt[node] >= 0 ? self.nodeCount + network.terminalAt[node] : node
    }

    private mutating func clear(_ index: Int) {
        for species in 0..<self.speciesCount { self.passing[index * self.speciesCount + species] = 0 }
        self.passingVolume[index] = 0
    }
}

extension TubeContents {
    /// What one step of a plan does to the portions of each of its segments.
    typealias FlowRates = [FlowRate]

    struct FlowRate: Sendable {
        /// mL through the segment.
        let volume: Double
        /// Share of c − f that stays in a portion.
        let rest: Double
        /// Share of c − f in what leaves it.
        let mean: Double
    }

    func rates(of plan: FlowPlan, seconds: Double) -> FlowRates {
        plan.segments.map { segment in
            let volume = segment.flow * seconds
            let ratio = volume / self.portionVolume[segment.edge]
            guard ratio <= 2 else { return FlowRate(volume: volume, rest: 0, mean: 1 / ratio) }
            return FlowRate(volume: volume, rest: (1 - ratio / 2) / (1 + ratio / 2), mean: 1 / (1 + ratio / 2))
        }
    }
}
