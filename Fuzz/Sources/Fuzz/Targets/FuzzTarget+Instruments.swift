import DeviceKit
import Protocols

extension FuzzTarget {
    /// Orders to a bridge and what it says, line by line.
    static let palmSensBridge = FuzzTarget("palmsens-bridge") { input in
        for line in input.lines {
            if let message = try? BridgeMessage(parsing: line) {
                guard let again = try? BridgeMessage(parsing: Array(message.line.utf8)) else {
                    fatalError("does not read what it wrote: \(message.line)")
                }
                promise(again == message, "\(message.line) is read as another message")
            }
            guard let (id, command) = try? BridgeCommand.parse(line) else { continue }
            promise((try? BridgeCommand.parse(Array(command.line(id: id).utf8)))?.command == command, "another order")
        }
    }

    /// Session files of the vendor's program.
    static let palmSensSession = FuzzTarget("palmsens-session") { input in
        guard let session = try? PalmSensSession(parsing: input) else { return }
        for spectrum in session.spectra {
            promise(
                spectrum.points.allSatisfy { $0.frequency > .zero && $0.real.isFinite && $0.imaginary.isFinite },
                "a point that is none")
        }
    }

    /// A densimeter's result file and order file, its answers on the serial line, and its printer.
    static let densimeter = FuzzTarget("densimeter") { input in
        _ = try? LimsResult(parsing: input)
        _ = LimsOrder(parsing: input)
        let lines = input.lines.map(CodePage850.text)
        for line in lines {
            _ = DensimeterCommand(parsing: line)
            _ = DensimeterReply.state(line)
            _ = DensimeterReply.start(line)
            _ = DensimeterReply.method(line)
            _ = DensimeterReply.fields(line)
            _ = DensimeterRawData(parsing: line)
        }
        _ = DensimeterReply.identity(lines)
        for format in [DensimeterPrintout.Format(), .init(start: "", end: "", sampleLine: "")] {
            for part in DensimeterPrintout(input, format: format).parts {
                promise(!part.lines.isEmpty, "a record of nothing")
            }
        }
    }
}
