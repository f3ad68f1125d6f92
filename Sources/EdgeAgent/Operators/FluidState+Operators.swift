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

    /// - Returns: the same in the volumes of the lab's tubes as they were weighed, if it is about the lab's tubing.
    func fitting(_ lab: LabModel) throws(OperatorError) -> FluidState {
        let fitted = self.fitted(to: lab)
        let changed = fitted.mismatches(with: lab.router.graph)
        guard changed.isEmpty else {
            throw OperatorError(
                .badData, "the tubing was changed since the agent last ran: \(changed.joined(separator: ", "))")
        }
        return fitted
    }
}
