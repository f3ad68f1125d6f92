/// All ways to choose `size` of the numbers `0..<count`, each ascending, in lexicographic order.
struct Combinations: Sequence, IteratorProtocol {
    private let count: Int
    private var upcoming: [Int]?

    init(of size: Int, from count: Int) {
        self.count = count
        self.upcoming = size <= count ? Array(0..<size) : nil
    }

    mutating func next() -> [Int]? {
        guard let current = self.upcoming else { return nil }
        self.upcoming = self.successor(of: current)
        return current
    }

    private func successor(of current: [Int]) -> [Int]? {
        let highest = { (place: Int) in self.count - current.count + place }
        guard let place = current.indices.last(where: { current[$0] < highest($0) }) else { return nil }
        var following = current
        for (offset, index) in (place..<current.count).enumerated() { following[index] = current[place] + 1 + offset }
        return following
    }
}
