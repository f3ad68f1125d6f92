import Analysis
import Protocols

extension LabModel {
    /// One formulation of all chemicals in stock, each with the range of mole fractions that the stocks span. The box
    /// is larger than what can be mixed: each request is tried by the solver before it is taken.
    var formulationLimitations: JSONValue {
        guard let limits = try? Limitations(of: self.table) else { return [] }
        let components = self.table.chemicals.compactMap { chemical -> JSONValue? in
            guard let range = limits.moleFractions[chemical.inchiKey] else { return nil }
            return [
                "chemical": ["SMILES": .string(chemical.smiles), "InChIKey": .string(chemical.inchiKey.text)],
                "fraction": [["min": .number(range.lowerBound), "max": .number(range.upperBound)]],
                "fraction_type": [.string(FractionType.molPerMol.rawValue)],
            ]
        }
        return [.array(components)]
    }
}
