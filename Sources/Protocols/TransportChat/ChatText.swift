/// What the chat of the transportation tenant says, byte for byte as its clients know it: raw TCP, UTF-8, no framing.
///
/// Clients compare what one read returns with `askPassword` and `askName`, so each of these has to go out alone. Times are
/// local and written `23_11_2026-20_29_18`.
public enum ChatText {
    public static let askPassword = "_Password"
    public static let askName = "_Name"

    public static func refused(at time: String) -> String { "\(time) - You are not authorized to join the chat." }

    public static func nameTaken(at time: String) -> String {
        "\(time) - This name is already in use. Please try again with a different one."
    }

    public static func welcome(_ name: String, at time: String) -> String { "\(time) - Welcome \(name)!" }

    public static func syntax(at time: String) -> String {
        "\(time) - Syntax for finishing a task: \n '%DONE;<request_uuid>;<actual_new_position>' \n"
            + " The actual new position is optional.\n\n"
            + "If you want to leave the chat, enter a message containing '#exit'.\n"
    }

    /// What everybody reads; the other functions give what it envelops.
    public static func envelope(_ message: String, at time: String) -> String { "\n\(time) - \(message)\n" }

    /// The spelling is that of the original.
    public static func joined(_ name: String) -> String { "New memeber in the chat: \(name)" }
    public static func left(_ name: String) -> String { "\(name) left." }
    public static func said(_ name: String, _ text: String) -> String { "\(name): \(text)" }
    public static func posted(_ request: String) -> String { "Posted result for request \(request)." }

    /// - Parameters:
    ///   - isReminder: whether people were told before.
    ///   - origin: a location, as the request has it.
    public static func task(
        _ request: String, from origin: JSONValue, to destination: JSONValue, isReminder: Bool
    ) -> String {
        "\(isReminder ? "STILL PENDING" : "NEW"): \n\n Pending request with ID \(request) is waiting for transport.\n"
            + " Pick it up at \(PythonLiteral.text(of: origin)) \n"
            + " and bring it to \(PythonLiteral.text(of: destination))\n\n"
    }
}
