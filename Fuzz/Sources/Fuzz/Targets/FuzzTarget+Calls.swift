import Discovery
import Protocols

@testable import Broker
@testable import EdgeAgent

extension FuzzTarget {
    /// Lines with method, path, query, Content-Type and the Authorization, then the body.
    static let brokerBody = FuzzTarget("broker-body") { input in
        var reader = InputReader(input)
        var call = BrokerCall(method: reader.line(), path: reader.line())
        call.query = reader.line()
        call.contentType = reader.line()
        let token = reader.line()
        call.body = reader.rest
        _ = Route.match(method: call.method, path: QueryText.decode(call.path, plusIsSpace: false))
        let query = QueryText(call.query)
        var issues: [ShapeIssue] = []
        _ = query.flag("flag", default: true, issues: &issues)
        _ = query.choice("status", issues: &issues) as RequestStatus?
        _ = query.required("request_id", issues: &issues)
        _ = FormText(call)["username"]
        _ = issues.map { $0.json.text() }
        do throws(Refusal) {
            if case .json(let value) = try CallBody(call, depthLimit: 64) { _ = value.containsNonFinite }
        } catch {
            _ = error.answer.status
        }
        for part in token.split(separator: ".") {
            guard let bytes = Base64URL.decode(part) else { continue }
            promise(Base64URL.decode(Base64URL.encode(bytes)) == bytes, "does not read what it wrote")
        }
    }

    static let controlLine = FuzzTarget("control-line") { input in
        if let request = try? ControlLine.request(in: input) {
            guard let line = try? ControlLine.asking(request) else { fatalError("\(request) cannot be written") }
            promise((try? ControlLine.request(in: line)) == request, "\(request) is read as another one")
        }
        _ = try? ControlLine.answer(in: input)
    }

    static let linkList = FuzzTarget("link-list") { input in
        _ = try? LinkList(parsing: input.text, file: "links")
    }

    /// What udev says of a device that is plugged in, `NAME=text` with NUL between them, as in its own messages; names
    /// that begin with `@` are attributes of the USB device above it.
    static let udevDevice = FuzzTarget("udev-device") { input in
        var reader = InputReader(input)
        var plugged = PluggedDevices()
        var usb = FoundDevice.Ancestor(subsystem: "usb", kind: "usb_device", name: "1-1")
        var device = FoundDevice(node: "/dev/ttyUSB0", systemPath: "/sys/devices/1")
        for text in reader.texts() {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let (name, value) = (parts[0], parts.count > 1 ? parts[1] : "")
            switch name {
            case "DEVNAME": device.node = value
            case "DEVPATH": device.systemPath = value
            case "DEVLINKS": device.links = value.split(separator: " ").map(String.init)
            case _ where name.hasPrefix("@"): usb.attributes[String(name.dropFirst())] = value
            default: device.properties[name] = value
            }
        }
        device.ancestors = [.init(subsystem: "usb-serial", name: "0", attributes: usb.attributes), usb]
        _ = plugged.note(device)
        promise(plugged.all == [device], "a device that is there is not listed")
        _ = (device.title, device.place, device.plug, device.interface, device.portNumber)
        let rule = MatchRule(
            serial: device.serial, interface: device.interface, path: device.path, port: device.port,
            portNumber: device.portNumber, link: device.links.first, properties: device.properties,
            attributes: usb.attributes)
        promise(plugged.matching(rule) == [device], "\(rule) does not find the device that it was made from")
        _ = plugged.reconcile(with: [])
    }
}
