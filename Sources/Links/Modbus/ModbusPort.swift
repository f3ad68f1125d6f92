import CModbus
import Glibc
import Protocols

/// libmodbus on one open descriptor. It belongs to the thread of its line.
///
/// libmodbus frames and checks what is on the wire. Its calls for whole exchanges are not used: over TCP they take an
/// answer from any unit, they do not compare what a write repeats, and they wait where nobody can wake them. Its call for
/// raw requests sends every TCP request as transaction 0, hence that header is written here.
final class ModbusPort {
    /// A message that came in whole.
    struct Message {
        var transaction: UInt16
        var unit: UInt8
        var pdu: ArraySlice<UInt8>
    }

    enum Arrival {
        case message(Message)
        /// RTU: a whole answer of another unit.
        case stranger(unit: UInt8, length: Int)
        case fault(ModbusLineFault)
    }

    enum Readiness {
        case readable
        /// Something may have changed: look again.
        case rung
        case timedOut
    }

    private let descriptor: Int32
    private let context: OpaquePointer
    private let framing: ModbusFraming
    /// Has the line; it ends where the device is pulled out or nobody may speak to it any more.
    private let channel: ByteChannel
    private var transaction: UInt16 = 0
    private var buffer = [UInt8](repeating: 0, count: Int(MODBUS_MAX_ADU_LENGTH))

    /// Nil, and the channel is closed, if it has ended, its descriptor is too high for select(2), with which libmodbus
    /// waits, or there is no memory.
    init?(borrowing channel: ByteChannel, framing: ModbusFraming) {
        // Nothing is opened by libmodbus: the names and settings are of no matter.
        let context =
            switch framing {
            case .tcp: modbus_new_tcp("127.0.0.1", 502)
            case .rtu(let baud): modbus_new_rtu("line", Int32(clamping: max(baud, 1)), CChar(UInt8(ascii: "N")), 8, 1)
            }
        let descriptor = channel.lend()
        guard let context, let descriptor, descriptor < FD_SETSIZE else {
            if let descriptor { _ = close(descriptor) }
            modbus_free(context)
            channel.close()
            return nil
        }
        modbus_set_socket(context, descriptor)
        self.descriptor = descriptor
        self.context = context
        self.framing = framing
        self.channel = channel
    }

    deinit {
        _ = close(self.descriptor)
        self.channel.close()
        modbus_free(self.context)
    }

    /// Whether the line is open as far as can be told without asking.
    var isOpen: Bool { self.channel.end == nil }

    /// Sends a request and returns its transaction, always 0 on a serial line.
    func send(_ pdu: [UInt8], to unit: UInt8) throws(ModbusLineFault) -> UInt16 {
        modbus_set_slave(self.context, Int32(unit))
        let sent: Int
        let length: Int
        switch self.framing {
        case .tcp:
            self.transaction &+= 1
            let frame = ModbusTCPFrame(transaction: self.transaction, unit: unit, pdu: pdu).bytes
            length = frame.count
            sent = Glibc.send(self.descriptor, frame, frame.count, Int32(MSG_NOSIGNAL))
        case .rtu:
            let message = [unit] + pdu
            length = message.count + 2
            sent = Int(modbus_send_raw_request(self.context, message, Int32(message.count)))
        }
        guard sent == length else { throw .lost("the request could not be sent: \(SystemError.last)") }
        return self.transaction
    }

    /// Waits until something can be read or the bell rings.
    func wait(until deadline: ContinuousClock.Instant, bell: Bell) -> Readiness {
        var descriptors = [
            pollfd(fd: self.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: bell.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        let rest = max(.zero, deadline - .now)
        let milliseconds = rest / .milliseconds(1)
        if milliseconds < 1 {
            // poll(2) knows no shorter wait; rests between frames are that short.
            var rest = timespec(rest)
            nanosleep(&rest, nil)
        }
        guard poll(&descriptors, 2, Int32(min(milliseconds, 3_600_000))) > 0 else {
            return ContinuousClock.now < deadline ? .rung : .timedOut
        }
        if descriptors[1].revents != 0 {
            bell.wait()
            return .rung
        }
        return .readable
    }

    /// Reads one message, whose beginning is there.
    ///
    /// - Parameter gap: longest pause within it.
    func receive(gap: Duration) -> Arrival {
        let gap = timespec(gap)
        // A wait of zero would be refused, and the old one would stay.
        let microseconds = UInt32(gap.tv_sec == 0 ? max(1, gap.tv_nsec / 1000) : gap.tv_nsec / 1000)
        modbus_set_response_timeout(self.context, UInt32(gap.tv_sec), microseconds)
        modbus_set_byte_timeout(self.context, UInt32(gap.tv_sec), microseconds)
        let count = Int(modbus_receive_confirmation(self.context, &self.buffer))
        guard count >= 0 else { return .fault(Self.fault(errno)) }
        switch self.framing {
        case .tcp: return self.networkMessage(count)
        case .rtu:
            guard count >= 4 else { return self.strange() }
            return .message(Message(transaction: 0, unit: self.buffer[0], pdu: self.buffer[1..<count - 2]))
        }
    }

    /// What another unit said, which libmodbus reads and leaves unchecked.
    private func strange() -> Arrival {
        guard let length = ModbusRTUFrame.responseLength(in: self.buffer[...]), length <= ModbusRTUFrame.longest,
            let frame = ModbusRTUFrame(parsing: self.buffer[..<length])
        else { return .fault(.badChecksum) }
        return .stranger(unit: frame.unit, length: length)
    }

    /// libmodbus goes by the function and takes the header's word for nothing; here both must agree.
    private func networkMessage(_ count: Int) -> Arrival {
        guard let length = try? ModbusTCPFrame.length(in: self.buffer[..<count]) else {
            return .fault(.framingLost("an answer that is not Modbus"))
        }
        guard length == count else {
            return .fault(.framingLost("an answer of \(count) bytes whose header says \(length)"))
        }
        let transaction = UInt16(self.buffer[0]) << 8 | UInt16(self.buffer[1])
        return .message(
            Message(
                transaction: transaction, unit: self.buffer[6], pdu: self.buffer[ModbusTCPFrame.headerLength..<count]))
    }

    /// Reads and drops what has come.
    ///
    /// - Returns: how many bytes.
    /// - Throws: `.lost` once the line has ended.
    func dropInbound() throws(ModbusLineFault) -> Int {
        var dropped = 0
        while true {
            let count = self.buffer.withUnsafeMutableBytes { read(self.descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                dropped += count
                if dropped > 1 << 20 { throw .lost("a flood of bytes that nobody asked for") }
            } else if count == 0 {
                throw .lost("the other side closed the line")
            } else if errno == EAGAIN || errno == EWOULDBLOCK {
                return dropped
            } else if errno != EINTR {
                throw .lost("the line was lost: \(SystemError.last)")
            }
        }
    }

    private static func fault(_ number: Int32) -> ModbusLineFault {
        switch number {
        case ETIMEDOUT: .truncated
        case Int32(CMODBUS_BAD_CHECKSUM): .badChecksum
        case Int32(CMODBUS_BAD_LENGTH): .framingLost("an answer longer than Modbus has")
        case ECONNRESET: .lost("the other side closed the line")
        default: .lost("the line was lost: \(SystemError(number))")
        }
    }
}

extension timespec {
    fileprivate init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self.init(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
    }
}
