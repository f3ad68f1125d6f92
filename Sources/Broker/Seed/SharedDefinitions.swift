import Protocols

/// Objects that several capabilities exchange.
enum SharedDefinitions {
    static let all: JSONObject = [
        "Chemical": SchemaWords.object("Chemical", ["SMILES": SchemaWords.text, "InChIKey": SchemaWords.text]),
        "FormulationComponent": SchemaWords.object(
            "FormulationComponent",
            [
                "chemical": SchemaWords.shared("Chemical"), "fraction": SchemaWords.number,
                "fraction_type": SchemaWords.text,
            ]),
        "Location": SchemaWords.object(
            "Location",
            [
                "address": SchemaWords.text, "detail_1": SchemaWords.optional(SchemaWords.text),
                "detail_2": SchemaWords.optional(SchemaWords.text),
            ]),
        "FormulationInfo": SchemaWords.object(
            "FormulationInfo",
            [
                "name": SchemaWords.optional(SchemaWords.text), "uuid": SchemaWords.optional(SchemaWords.text),
                "preparation_date": SchemaWords.optional(SchemaWords.text),
                "batch": SchemaWords.optional(SchemaWords.text),
                "location": SchemaWords.optional(SchemaWords.shared("Location")),
            ]),
        "ChemicalInfo": SchemaWords.object(
            "ChemicalInfo",
            [
                "name": SchemaWords.optional(SchemaWords.text), "molar_mass": SchemaWords.optional(SchemaWords.pair),
                "density": SchemaWords.optional(SchemaWords.pair), "batch": SchemaWords.optional(SchemaWords.text),
                "manufacturer": SchemaWords.optional(SchemaWords.text),
                "manufacturing_date": SchemaWords.optional(SchemaWords.text),
            ]),
        "RunInfo": SchemaWords.object(
            "RunInfo",
            [
                "formulation": Self.formulation, "internal_reference": SchemaWords.text,
                "formulation_info": SchemaWords.optional(SchemaWords.shared("FormulationInfo")),
                "chemicals_info": SchemaWords.optional(SchemaWords.map(SchemaWords.shared("ChemicalInfo"))),
            ]),
        "MethodMeta": SchemaWords.object("MethodMeta", ["success": SchemaWords.flag, "rating": SchemaWords.integer]),
        "ElectrolyteInput": SchemaWords.object("ElectrolyteInput", ["formulation": Self.formulation]),
        "ElectrolyteOutput": SchemaWords.object(
            "ElectrolyteOutput",
            [
                "formulation": Self.formulation, "volume": SchemaWords.number(in: "milliliter"),
                "location": SchemaWords.shared("Location"), "meta": SchemaWords.shared("MethodMeta"),
            ]),
        "ConductivityOutput": Self.measured("ConductivityOutput", unit: "siemens / meter"),
        "DensityOutput": Self.measured("DensityOutput", unit: "gram / centimeter ** 3"),
        "ViscosityOutput": Self.measured("ViscosityOutput", unit: "millipascal * second"),
    ]

    /// A list of components.
    static let formulation = SchemaWords.list(SchemaWords.shared("FormulationComponent"))

    /// Repeated values of one quantity at one temperature.
    private static func measured(_ title: String, unit: String) -> JSONValue {
        SchemaWords.object(
            title,
            [
                "values": ["type": "array", "items": SchemaWords.number, "unit": .string(unit)],
                "meta": SchemaWords.shared("MethodMeta"),
                "temperature": SchemaWords.optional(SchemaWords.number(in: "kelvin")),
            ])
    }
}
