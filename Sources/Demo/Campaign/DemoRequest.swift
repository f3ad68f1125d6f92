import Analysis
import DeviceKit
import EdgeAgent
import Methods
import Protocols
import Simulators

/// Something that the demonstration asks for.
struct DemoRequest: Sendable {
    var quantity: String
    var method: String
    /// mol of LiPF6 per kg of solvent.
    var molality: Double
    var parameters: JSONValue
    /// Whether the lab can do it at all.
    var isReachable: Bool

    /// What a person reads: `conductivity at 0.3 mol/kg`.
    var title: String {
        self.quantity == "electrolyte"
            ? "4 mL into a vial at \(self.molality) mol/kg" : "\(self.quantity) at \(self.molality) mol/kg"
    }

    /// Five conductivities over the maximum, a vial, and one mixture that the stocks cannot reach. The last comes last,
    /// so that the lab is clean when it is left alone.
    static func campaign(in lab: LabDescription) throws(DemonstrationFailure) -> [DemoRequest] {
        var requests: [DemoRequest] = []
        for molality in [0.3, 0.6, 1.0, 1.2, 1.4] { requests.append(try Self.conductivity(at: molality, in: lab)) }
        requests.append(
            DemoRequest(
                quantity: "electrolyte", method: "flow", molality: 1,
                parameters: [
                    "electrolyte": ["formulation": try Self.formulation(1, in: lab)], "volume": .number(4),
                ], isReachable: true))
        requests.append(try Self.conductivity(at: 1.8, isReachable: false, in: lab))
        return requests
    }

    /// For each of three samples one request for each quantity, so that all of a sample are served from one filling.
    ///
    /// - Throws: for a quantity that the lab does not measure.
    static func campaign(of quantities: [String], in lab: LabDescription) throws(DemonstrationFailure) -> [DemoRequest]
    {
        var requests: [DemoRequest] = []
        for molality in [0.6, 1.0, 1.2] {
            for quantity in quantities { requests.append(try Self.request(quantity, at: molality, in: lab)) }
        }
        return requests
    }

    private static func request(
        _ quantity: String, at molality: Double, in lab: LabDescription
    ) throws(DemonstrationFailure) -> DemoRequest {
        if quantity == "conductivity" { return try Self.conductivity(at: molality, in: lab) }
        guard let method = lab.model.methods.first(where: { $0.quantity == quantity }),
            let methods = lab.model.densimeter?.methods, quantity == "density" || quantity == "viscosity"
        else {
            throw DemonstrationFailure(
                64, "“\(quantity)” cannot be asked for; this lab measures density, viscosity and conductivity at most")
        }
        // Each at a temperature of its own, as far as the instrument has methods for it.
        let able = methods.filter(\.measuresViscosity)
        let temperature = (quantity == "density" ? able.first : able.last)?.temperature.in(.kelvin)
        return DemoRequest(
            quantity: quantity, method: method.name, molality: molality,
            parameters: [
                "formulation": try Self.formulation(molality, in: lab),
                "temperature": temperature.map(JSONValue.number) ?? .null,
            ], isReachable: true)
    }

    func json(by tenant: String) -> FinalesRequest {
        var parameters = JSONObject()
        parameters[self.method] = self.parameters
        return FinalesRequest(
            quantity: self.quantity, methods: [self.method], parameters: parameters, tenantUUID: tenant)
    }

    private static func conductivity(
        at molality: Double, isReachable: Bool = true, in lab: LabDescription
    ) throws(DemonstrationFailure) -> DemoRequest {
        let temperature = lab.configuration.cell.temperature.reading.value.in(.kelvin)
        return DemoRequest(
            quantity: "conductivity", method: "two_electrode", molality: molality,
            parameters: [
                "formulation": try Self.formulation(molality, in: lab), "temperature": .number(temperature),
            ], isReachable: isReachable)
    }

    private static func formulation(
        _ molality: Double, in lab: LabDescription
    ) throws(DemonstrationFailure) -> JSONValue {
        let table = lab.model.table
        do throws(FormulationError) {
            return try Composition.lithiumElectrolyte(molality, using: table).json(using: table)
        } catch {
            throw DemonstrationFailure(78, "this lab cannot be asked for LiPF6 in EC and EMC: \(error)")
        }
    }
}

extension Composition {
    /// LiPF6 at `molality` mol/kg in ethylene carbonate and ethyl methyl carbonate, 3:7 by mass.
    static func lithiumElectrolyte(
        _ molality: Double, using table: StockTable
    ) throws(FormulationError) -> Composition {
        try Composition(
            molalities: [InChIKey(ElectrolyteConductivity.lithiumHexafluorophosphate): molality],
            solventMasses: [
                InChIKey(ElectrolyteConductivity.ethyleneCarbonate): 3,
                InChIKey(ElectrolyteConductivity.ethylMethylCarbonate): 7,
            ], using: table)
    }
}
