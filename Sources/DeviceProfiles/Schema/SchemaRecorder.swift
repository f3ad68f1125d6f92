import Protocols

/// Notes which keys a reader asks a section for, and what of: the JSON Schema of the section.
final class SchemaRecorder {
    private enum Shape {
        case value(JSONValue)
        case section(SchemaRecorder)
        case entries(SchemaRecorder)
        case list(SchemaRecorder)
    }

    /// The shapes that a key may have, in the order in which they were asked for.
    private var shapes: [(key: String, shapes: [Shape])] = []
    private var required: [String] = []
    /// Whether other keys with texts are taken too.
    var isOpen = false

    func note(_ key: String, _ shape: JSONValue) { self.add(key, .value(shape)) }

    func require(_ key: String) {
        if !self.required.contains(key) { self.required.append(key) }
    }

    func section(_ key: String) -> SchemaRecorder {
        let recorder = SchemaRecorder()
        self.add(key, .section(recorder))
        return recorder
    }

    func entries(_ key: String) -> SchemaRecorder {
        let recorder = SchemaRecorder()
        self.add(key, .entries(recorder))
        return recorder
    }

    func list(_ key: String) -> SchemaRecorder {
        let recorder = SchemaRecorder()
        self.add(key, .list(recorder))
        return recorder
    }

    /// The schema's keywords.
    var members: JSONObject {
        var properties = JSONObject()
        for (key, shapes) in self.shapes {
            var alternatives: [JSONValue] = []
            for shape in shapes.map(Self.json) where !alternatives.contains(shape) { alternatives.append(shape) }
            properties[key] = alternatives.count == 1 ? alternatives[0] : ["anyOf": .array(alternatives)]
        }
        var members: JSONObject = ["type": "object", "properties": .object(properties)]
        if !self.required.isEmpty { members["required"] = .array(self.required.map(JSONValue.string)) }
        members["additionalProperties"] = self.isOpen ? ["type": ["string", "number", "boolean"]] : false
        return members
    }

    private func add(_ key: String, _ shape: Shape) {
        if let index = self.shapes.firstIndex(where: { $0.key == key }) {
            self.shapes[index].shapes.append(shape)
        } else {
            self.shapes.append((key, [shape]))
        }
    }

    private static func json(_ shape: Shape) -> JSONValue {
        switch shape {
        case .value(let value): value
        case .section(let recorder): .object(recorder.members)
        case .entries(let recorder): ["type": "object", "additionalProperties": .object(recorder.members)]
        case .list(let recorder): ["type": "array", "items": .object(recorder.members)]
        }
    }
}
