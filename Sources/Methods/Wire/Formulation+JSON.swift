public import Analysis
import DeviceKit
public import Protocols

/// How formulations travel: a list of `{chemical: {SMILES, InChIKey}, fraction, fraction_type}`.
extension FormulationComponent {
    /// Reads the components of a requested formulation. The shape has been checked against the capability's schema;
    /// what a schema cannot say (type names, finite numbers) is checked here.
    static func list(_ json: JSONValue?) throws(RequestRefusal) -> [FormulationComponent] {
        guard let items = json?.array, !items.isEmpty else {
            throw RequestRefusal(.unservable, "the formulation has no components")
        }
        var components: [FormulationComponent] = []
        for item in items {
            guard let key = item["chemical"]?["InChIKey"]?.string, let fraction = item["fraction"]?.double,
                let word = item["fraction_type"]?.string
            else {
                throw RequestRefusal(
                    .unservable,
                    "each component needs chemical.InChIKey, fraction and fraction_type; found \(item.text())")
            }
            do throws(FormulationError) {
                components.append(FormulationComponent(key, fraction, try FractionType(wire: word)))
            } catch {
                throw RequestRefusal(.unservable, "\(error)")
            }
        }
        return components
    }
}

extension Composition {
    /// As the broker's objects carry it: mole fractions, un-rounded, in the order of the lab's chemicals.
    public func json(using table: StockTable) -> JSONValue {
        .array(
            table.chemicals.filter { self[$0.inchiKey] > 0 }.map { chemical in
                [
                    "chemical": [
                        "SMILES": .string(chemical.smiles), "InChIKey": .string(chemical.inchiKey.text),
                    ],
                    "fraction": .number(self[chemical.inchiKey]),
                    "fraction_type": .string(FractionType.molPerMol.rawValue),
                ]
            })
    }
}

extension Chemical {
    /// The broker's `ChemicalInfo`; pairs are value and standard uncertainty, in g/mol and g/cm³.
    var info: JSONValue {
        var object: JSONObject = [
            "name": .string(self.name),
            "molar_mass": [
                .number(self.molarMass.value.in(.gramPerMole)), .number(self.molarMass.uncertainty.in(.gramPerMole)),
            ],
            "batch": .string(self.batch),
            "manufacturer": .string(self.manufacturer),
            "manufacturing_date": .string(self.manufacturingDate),
        ]
        if let density = self.density {
            object["density"] = [
                .number(density.value.in(.gramPerMillilitre)), .number(density.uncertainty.in(.gramPerMillilitre)),
            ]
        }
        return .object(object)
    }
}
