import Analysis
import DeviceKit
import Methods
import Protocols
import Store

/// Questions about bottles that hold little. Their answer is the refill itself: both are one commit.
struct StockQuestions: Sendable {
    /// The choice that says that a bottle was refilled.
    static let refilled = "refilled"
    private static let prefix = "stock "
    private static let volume = "volume"

    let journal: Journal
    let book: QuestionBook
    /// Bottles that hold less are asked about; nil asks only about those that do not suffice for what waits.
    let threshold: Volume?

    /// The node that a prompt is about; nil for other prompts.
    static func node(of prompt: Prompt) -> String? {
        guard let subject = prompt.subject, subject.hasPrefix(Self.prefix) else { return nil }
        return String(subject.dropFirst(Self.prefix.count))
    }

    /// What an answer says of the bottle.
    ///
    /// - Throws: `.badData` for an answer that was not checked.
    static func correction(of prompt: Prompt, _ answer: OperatorAnswer) throws(OperatorError) -> StockCorrection? {
        guard let node = Self.node(of: prompt), answer.choice == Self.refilled else { return nil }
        do throws(QuantityParseError) {
            return .refilled(node: node, holds: try Volume(parsing: answer.entries[Self.volume] ?? ""))
        } catch {
            throw OperatorError(.badData, error.description)
        }
    }

    /// Takes back what was asked about a bottle: another lot stands there now.
    func withdraw(_ node: String) async throws { try await self.journal.expire(about: Self.prefix + node) }

    /// Asks about every bottle of a stock solution and of the solvent that holds little, or less than what waits takes from it,
    /// and takes back what was asked about the others.
    func look(at fluid: FluidState, of lab: LabModel, foreseeing shortages: [ForeseenShortage] = []) async throws {
        let open = Set(try await self.journal.openPrompts().compactMap(\.subject))
        for place in StockReport(lab, fluid, remembered: true).places {
            guard place.kind == .reservoir || place.kind == .solvent, let stock = place.stock else { continue }
            let subject = Self.prefix + place.node
            let volume = Volume(place.volume_mL, .millilitre)
            let reason: String
            if let threshold, volume < threshold {
                let lot = place.batch.map { ", lot \($0)" } ?? ""
                reason = "\(place.node) (\(stock)\(lot)) holds \(volume), less than \(threshold)"
            } else if let shortage = shortages.first(where: { $0.node == place.node }) {
                reason = shortage.words
            } else {
                if open.contains(subject) { try await self.journal.expire(about: subject) }
                continue
            }
            let question = Question(
                text:
                    "\(reason). Refill it from the same lot between two runs, then say what it holds; another lot is "
                    + "`edge-agent stock load \(place.node)`.",
                choices: [
                    .init(
                        answer: Self.refilled, meaning: "it was refilled and holds this much now",
                        entries: [
                            .init(
                                number: Self.volume, label: "all that it holds now", unit: "mL",
                                from: (self.threshold ?? .zero).in(.millilitre), to: 100_000)
                        ])
                ], topic: place.node)
            try await self.journal.ask(
                JSONValue(kept: self.book.complete(question, in: self.journal.path)), about: subject)
        }
    }
}
