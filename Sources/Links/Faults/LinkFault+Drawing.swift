extension LinkFault {
    /// One of all kinds, in a strength that a line still works with now and then; of the eight of Toxiproxy in two of three
    /// cases.
    public static func drawn(using random: inout some RandomNumberGenerator) -> LinkFault {
        let stream: Stream = Int.random(in: 0..<3, using: &random) == 0 ? .upstream : .downstream
        let milliseconds = Duration.milliseconds(Int.random(in: 1...800, using: &random))
        let rate = Double(Int.random(in: 1...50, using: &random)) / 1000
        let kind: Kind =
            switch Int.random(in: 0..<23, using: &random) {
            case 0, 1: .latency(milliseconds, jitter: milliseconds / 4)
            case 2, 3: .down
            case 4, 5: .bandwidth(bytesPerSecond: Double(Int.random(in: 20...2000, using: &random)))
            case 6, 7: .slowClose(delay: milliseconds)
            case 8, 9: .timeout(milliseconds)
            case 10, 11: .resetPeer(timeout: milliseconds)
            case 12, 13: .slicer(averageSize: Int.random(in: 1...8, using: &random), delay: .milliseconds(1))
            case 14, 15: .limitData(bytes: Int.random(in: 1...2000, using: &random))
            case 16: .drop(rate: rate)
            case 17: .double(rate: rate)
            case 18: .corrupt(rate: rate)
            case 19: .garbage(Place.allCases.randomElement(using: &random) ?? .before, longest: 8, rate: rate * 5)
            case 20: .flood(bytes: Int.random(in: 1000...1_000_000, using: &random))
            case 21: .late(by: milliseconds * 2, rate: rate * 5)
            default: .silence(afterBytes: Int.random(in: 0...200, using: &random))
            }
        return LinkFault(kind, stream)
    }
}
