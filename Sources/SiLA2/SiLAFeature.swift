/// The fully qualified identifiers of the features that CETONI's servers offer.
public enum SiLAFeature {
    public static let service = "org.silastandard/core/SiLAService/v1"
    public static let systemStatus = "de.cetoni/core/SystemStatusProvider/v1"
    public static let drive = "de.cetoni/pumps.syringepumps/PumpDriveControlService/v1"
    public static let units = "de.cetoni/pumps.syringepumps/PumpUnitController/v1"
    public static let syringe = "de.cetoni/pumps.syringepumps/SyringeConfigurationController/v1"
    public static let dosing = "de.cetoni/pumps.syringepumps/PumpFluidDosingService/v1"
    public static let valve = "de.cetoni/valves/ValvePositionController/v1"
    public static let valveGateway = "de.cetoni/valves/ValveGatewayService/v1"

    /// The gRPC header that carries the zero-based valve index to a server with several valves (SiLA 2 Part B: the
    /// metadata's identifier in lower case, `/` written as `-`).
    public static let valveIndexHeader = "sila-de.cetoni-valves-valvegatewayservice-v1-metadata-valveindex-bin"
}
