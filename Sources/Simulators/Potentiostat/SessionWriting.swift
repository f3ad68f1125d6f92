import DeviceKit
import Protocols

/// Writes a session file as PSTrace does: UTF-16 with a mark in front and behind.
struct SessionWriting {
    private let points: [ImpedancePoint]
    private let sweep: ImpedanceSweep
    private let title: String
    /// Members as older programs write them, and no status with the values.
    private let hasCapitals: Bool

    init(_ points: [ImpedancePoint], of sweep: ImpedanceSweep, title: String, hasCapitals: Bool) {
        self.points = points
        self.sweep = sweep
        self.title = title
        self.hasCapitals = hasCapitals
    }

    func bytes(spectra: Int) -> [UInt8] {
        let measurements = [JSONValue](repeating: self.measurement, count: spectra)
        let session: JSONValue = [
            self.key("type"): "PalmSens.DataFiles.SessionFile", self.key("coreversion"): "5.9.0",
            self.key("measurements"): .array(measurements),
        ]
        let units = Array("\u{FEFF}\(session.text())\u{FEFF}".utf16)
        return units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    }

    private var measurement: JSONValue {
        [
            self.key("title"): .string(self.title), self.key("utctimestamp"): 639_000_000_000_000_000,
            self.key("deviceused"): 9, self.key("deviceserial"): .string(SimulatedPalmSensBridge.serialNumber),
            self.key("method"): .string(self.method),
            self.key("dataset"): [
                self.key("type"): "PalmSens.Data.DataSetEIS",
                self.key("values"): [
                    self.column(5, "Hertz", "Frequency") { $0.frequency.in(.hertz) },
                    self.column(7, "ZRe", "Z'") { $0.real.in(.ohm) },
                    self.column(8, "ZIm", "-Z''") { -$0.imaginary.in(.ohm) },
                ],
            ],
            self.key("eisdatalist"): [],
        ]
    }

    private var method: String {
        let lines = [
            "#Technique and application", "METHOD_ID=eis", "TECHNIQUE=14",
            "AMPLITUDE=\(self.sweep.amplitude.in(.volt))", "E=\(self.sweep.bias.in(.volt))",
            "N_FREQ=\(self.points.count)", "MIN_FREQ=\(self.sweep.lowest.in(.hertz))",
            "MAX_FREQ=\(self.sweep.highest.in(.hertz))", "SCANTYPE=2", "FREQTYPE=1", "",
        ]
        return lines.joined(separator: "\r\n")
    }

    private func column(
        _ type: Int64, _ unit: String, _ quantity: String, _ value: (ImpedancePoint) -> Double
    ) -> JSONValue {
        let values = self.points.map { point -> JSONValue in
            let number = JSONValue.number(value(point))
            guard !self.hasCapitals else { return ["V": number] }
            return ["v": number, "s": .integer(point.isOverloaded ? 1 : point.isDoubtful ? 2 : 0)]
        }
        return [
            self.key("arraytype"): .integer(type), self.key("description"): .string(quantity),
            self.key("unit"): [
                self.key("type"): .string("PalmSens.Units.\(unit)"), self.key("q"): .string(quantity),
            ],
            self.key("datavalues"): .array(values),
        ]
    }

    /// `datavalues`, or `DataValues` where a program writes capitals.
    private func key(_ name: String) -> String { self.hasCapitals ? Self.capitals[name] ?? name : name }

    private static let capitals = [
        "type": "Type", "coreversion": "CoreVersion", "measurements": "Measurements", "title": "Title",
        "utctimestamp": "UTCTimestamp", "deviceused": "DeviceUsed", "deviceserial": "DeviceSerial", "method": "Method",
        "dataset": "DataSet", "values": "Values", "arraytype": "ArrayType", "description": "Description",
        "unit": "Unit",
        "q": "Q", "datavalues": "DataValues", "eisdatalist": "EISDataList",
    ]
}
