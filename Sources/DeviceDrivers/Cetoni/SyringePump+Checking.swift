import DeviceKit

extension SyringePump {
    /// Refuses what the syringe cannot do, before anything is sent.
    func checkRange(_ level: Volume, _ flow: FlowRate, _ command: String) throws(DeviceError) {
        let slack = self.capacity * 1e-6
        guard level.isFinite, level >= .zero - slack, level <= self.capacity + slack else {
            throw DeviceError(
                .unsafe, device: self.name, command: command, "the syringe holds 0 to \(self.capacity)",
                advice: "Choose a fill level within.")
        }
        let range = self.flowRange
        guard flow.isFinite, flow >= range.lowerBound * (1 - 1e-6), flow <= range.upperBound * (1 + 1e-6) else {
            throw DeviceError(
                .unsafe, device: self.name, command: command,
                "the flow must be \(range.lowerBound) to \(range.upperBound)", advice: "Choose a flow within.")
        }
    }

    /// Why a drive that counts from nowhere is not moved.
    func positionLost(_ command: String) -> DeviceError {
        DeviceError(
            .refused, device: self.name, command: command,
            "the drive has lost its position, so the fill level means nothing; nothing was sent",
            advice:
                "If nobody has moved the plunger since, `edge-agent device \(self.name) do restore`; otherwise take the "
                + "syringe out and `edge-agent device \(self.name) do reference`.")
    }

    /// What is to be done about a fault, and then by which command it is cleared.
    func adviceForFault(
        _ advice: String = "Remove the cause (blocked line, closed valve, end stop), then clear the fault."
    ) -> String {
        "\(advice) `edge-agent device \(self.name) do clear-fault` clears it."
    }
}
