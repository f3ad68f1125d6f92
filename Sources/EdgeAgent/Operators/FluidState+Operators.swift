import Analysis
import Methods

extension FluidState {
    /// The lab before any run.
    static func asDescribed(_ lab: LabModel) throws(OperatorError) -> FluidState {
        do throws(FluidStateError) {
            return try FluidState(describing: lab)
        } catch {
            throw OperatorError(.misconfigured, "\(error)")
        }
    }

    /// - Returns: itself, if it is about the lab's tubing.
    func fitting(_ lab: LabModel) throws(OperatorError) -> FluidState {
        let changed = self.mismatches(with: lab.router.graph)
        guard changed.isEmpty else {
            throw OperatorError(
                .badData, "the tubing was changed since the agent last ran: \(changed.joined(separator: ", "))")
        }
        return self
    }
}
