import DeviceKit
import Foundation
import Testing

@testable import Analysis

struct FluidPortionTests {
    @Test func `a liquid is a mixture whose fractions sum to one`() throws {
        let liquid = try #require(Liquid(mixing: ["A": 1, "B": 3, "C": 0]))
        #expect(liquid.fractions == ["A": 0.25, "B": 0.75])
        #expect(Liquid(mixing: [:]) == nil)
        #expect(Liquid(mixing: ["A": 0]) == nil)
        #expect(Liquid(mixing: ["A": 1, "B": -0.1]) == nil)
        #expect(Liquid(mixing: ["A": .nan]) == nil)
        #expect(Liquid(mixing: ["A": .infinity]) == nil)
        #expect(liquid.foreignFraction(to: Liquid("A")) == 0.75)
        #expect(Liquid("A").foreignFraction(to: liquid) == 0.75)
        #expect(liquid.foreignFraction(to: liquid) == 0)
        #expect(liquid.foreignFraction(to: .solvent) == 1)
        #expect(liquid.description == "0.25 A + 0.75 B")
    }

    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func `taking apart and joining neither loses nor makes a picolitre`(seed: UInt64) throws {
        var random = FluidicGenerator(seed: seed)
        for _ in 0..<2000 {
            var parts: [FluidSource: Double] = [:]
            for source in 0..<Int.random(in: 1...5, using: &random) {
                parts[FluidSource("s\(source)")] = Double.random(in: 0.001...1, using: &random)
            }
            let liquid = try #require(Liquid(mixing: parts))
            let amount = Int64.random(in: 1...20_000_000_000, using: &random)
            let whole = FluidPortion(liquid, picolitres: amount)
            #expect(whole.picolitres == amount, "seed \(seed)")
            var rest = whole
            var sum = FluidPortion()
            while !rest.isEmpty {
                let piece = Int64.random(in: 1...max(1, amount / 3), using: &random)
                let before = rest.picolitres
                let taken = rest.take(piece)
                #expect(taken.picolitres == min(piece, before), "seed \(seed)")
                #expect(taken.picolitres + rest.picolitres == before, "seed \(seed)")
                for source in whole.sources where taken.picolitres > 10 {
                    let share = Double(taken.picolitres(of: source)) / Double(taken.picolitres)
                    let tolerance = 10 / Double(min(taken.picolitres, before)) + 1e-6
                    #expect(abs(share - liquid[source]) < tolerance, "seed \(seed)")
                }
                sum += taken
            }
            #expect(sum == whole, "seed \(seed)")
        }
    }

    @Test func `impossible volumes give nothing`() {
        for volume in [-1.0, 0, .nan, .infinity, 1e300] {
            #expect(FluidPortion(Liquid("A"), volume: Volume(volume, .millilitre)).isEmpty)
        }
        #expect(FluidPortion().liquid == nil)
        #expect(FluidPortion(Liquid("A"), volume: Volume(1, .millilitre)).picolitres == 1_000_000_000)
    }

    @Test func `flows side by side mix in their proportion, boundary by boundary`() {
        let x = FluidPortion(Liquid("x"), picolitres: 100)
        let y = FluidPortion(Liquid("y"), picolitres: 300)
        let z = FluidPortion(Liquid("z"), picolitres: 800)
        let merged = FluidMotion.merged([[x, y], [z]])
        #expect(merged.map(\.picolitres) == [300, 900])
        #expect(merged.first?.picolitres(of: "z") == 200)
        #expect(merged.last?.picolitres(of: "y") == 300)
        #expect(merged.last?.picolitres(of: "z") == 600)
    }

    @Test func `portions and liquids keep their value when stored`() throws {
        let liquid = try #require(Liquid(mixing: ["A": 1, "gas": 2]))
        let portion = FluidPortion(liquid, volume: Volume(1.23456789, .millilitre))
        let decoder = JSONDecoder()
        #expect(try decoder.decode(FluidPortion.self, from: JSONEncoder().encode(portion)) == portion)
        #expect(try decoder.decode(Liquid.self, from: JSONEncoder().encode(liquid)) == liquid)
        for text in [
            #"{"A": -1}"#, #"{"A": 0}"#, #"{"A": 1000000000000000001}"#, #"{"A": 1000000000000000000, "B": 1}"#,
        ] {
            #expect(throws: DecodingError.self) { try decoder.decode(FluidPortion.self, from: Data(text.utf8)) }
        }
        for text in [#"{"A": 0.5}"#, #"{"A": 1.5, "B": -0.5}"#, "{}"] {
            #expect(throws: DecodingError.self) { try decoder.decode(Liquid.self, from: Data(text.utf8)) }
        }
    }
}
