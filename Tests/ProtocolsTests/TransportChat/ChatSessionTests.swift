import Protocols
import Testing
import Trials

/// The chat of the transportation tenant, byte for byte as its specification prints it.
@Suite struct ChatSessionTests {
    private static let time = "23_11_2026-20_29_18"

    /// One line of a transcript: what the client sends, and what then goes to it and to all.
    private static let transcript: [(client: String, server: [ChatSession.Act])] = [
        ("secret", [.send("_Name")]),
        ("Anna", [.send("\(time) - This name is already in use. Please try again with a different one.")]),
        (
            "Mona",
            [
                .send("\(time) - Welcome Mona!"),
                .send(
                    "\(time) - Syntax for finishing a task: \n '%DONE;<request_uuid>;<actual_new_position>' \n The actual "
                        + "new position is optional.\n\nIf you want to leave the chat, enter a message containing '#exit'.\n"
                ), .join("Mona"),
            ]
        ), ("hello", [.say("Mona: hello")]),
        (
            "%DONE;5B528D65-5efe-4ae4-8411-6597776a40c5",
            [
                .say("Mona: %DONE;5B528D65-5efe-4ae4-8411-6597776a40c5"),
                .complete(ChatCompletion(isDone: true, request: "5b528d65-5efe-4ae4-8411-6597776a40c5")),
            ]
        ), ("bye #exit", [.say("Mona: bye #exit"), .leave]),
    ]

    @Test func `a client joins, talks, finishes a task and leaves, byte for byte`() {
        var session = ChatSession()
        #expect(session.greeting == "_Password")
        for (client, server) in Self.transcript {
            #expect(self.hear(client, &session) == server, "after “\(client)”")
        }
        #expect(
            ChatText.envelope(ChatText.joined("Mona"), at: Self.time)
                == "\n\(Self.time) - New memeber in the chat: Mona\n")
        #expect(ChatText.envelope(ChatText.left("Mona"), at: Self.time) == "\n\(Self.time) - Mona left.\n")
        #expect(
            ChatText.envelope(ChatText.posted("r"), at: Self.time) == "\n\(Self.time) - Posted result for request r.\n")
    }

    @Test func `a notice has the locations as Python prints them, with the members alone that the request has`() {
        let text = ChatText.envelope(
            ChatText.task(
                "5b528d65-5efe-4ae4-8411-6597776a40c5",
                from: ["address": "KIT HIU Ulm", "detail_1": "ASAB", "detail_2": "vial_1"],
                to: ["address": "Mona's lab", "detail_1": nil], isReminder: false), at: Self.time)
        #expect(
            text
                == "\n\(Self.time) - NEW: \n\n Pending request with ID 5b528d65-5efe-4ae4-8411-6597776a40c5 is waiting for "
                + "transport.\n Pick it up at {'address': 'KIT HIU Ulm', 'detail_1': 'ASAB', 'detail_2': 'vial_1'} \n and "
                + "bring it to {'address': \"Mona's lab\", 'detail_1': None}\n\n\n")
    }

    @Test func `who does not know the password hears that once, and is not heard`() {
        var session = ChatSession()
        #expect(self.hear("guess", &session) == [.send("\(Self.time) - You are not authorized to join the chat.")])
        #expect(self.hear("secret", &session) == [])
        #expect(session.name == nil)
    }

    @Test(arguments: [
        ("%DONE;r", ChatCompletion(isDone: true, request: "r")),
        ("%FAILED;r;", ChatCompletion(isDone: false, request: "r")),
        ("it is done: %DONE; r ", ChatCompletion(isDone: true, request: "r")),
        (
            #"%DONE;r;{"address": "KIT; HIU", "detail_1": "ASAB", "detail_2": "vial_1"}"#,
            ChatCompletion(
                isDone: true, request: "r", place: .init(address: "KIT; HIU", detail1: "ASAB", detail2: "vial_1"))
        ), (#"%DONE;r;{"address": "Ulm"}"#, ChatCompletion(isDone: true, request: "r", place: .init(address: "Ulm"))),
        (
            "%DONE;r;{'detail_2': None, 'address': \"Mona's\"}",
            ChatCompletion(isDone: true, request: "r", place: .init(address: "Mona's"))
        ),
        ("'%DONE;r;{'address': 'Ulm'}'", ChatCompletion(isDone: true, request: "r", place: .init(address: "Ulm"))),
    ])
    func `a completion is understood in every way in which members write it`(text: String, means: ChatCompletion) throws
    {
        #expect(try ChatCompletion(parsing: text) == means)
    }

    @Test(arguments: ["hello", "I am 100 % sure", "100%", "50 % of it, the rest later"])
    func `talk is talk`(text: String) throws {
        #expect(try ChatCompletion(parsing: text) == nil)
    }

    @Test(arguments: [
        ("%DONE", "which request?"), ("%DONE;", "which request?"), ("%DON;r", "neither %DONE nor %FAILED"),
        ("%DONE;r;Fridge", "the location is not understood"), ("%DONE;r;{\"adress\": \"Ulm\"}", "not understood"),
        ("%DONE;r;{\"address\": \"\"}", "not understood"), ("%DONE;r;{\"address\": \"Ulm\"", "not understood"),
        ("%DONE;r;{\"address\": 7}", "not understood"),
    ])
    func `what is meant as a completion and is none is told, and nothing is guessed`(text: String, says: String) {
        let fault = #expect(throws: ChatCompletion.Fault.self) { try ChatCompletion(parsing: text) }
        #expect(fault?.description.contains(says) == true, "\(fault?.description ?? "")")
    }

    @Test func `messages arrive whole however they are cut, as long as a location tells its end`() {
        let message = #"%DONE;r;{"address": "Universität Ulm", "detail_1": "Büro"}"#
        let bytes = Array(message.utf8)
        for cut
            in (message.utf8.firstIndex(of: UInt8(ascii: "{")).map {
                message.utf8.distance(from: message.utf8.startIndex, to: $0)
            } ?? 0) + 1..<bytes.count
        {
            var reception = ChatReception()
            let heard = reception.take(bytes[..<cut]) + reception.take(bytes[cut...])
            #expect(heard == [message], "cut at \(cut)")
        }
    }

    @Test func `line ends are no part of a message, and part two of them`() {
        var reception = ChatReception()
        #expect(reception.take("secret\r\n".utf8) == ["secret"])
        #expect(reception.take("Mona\nhello\n\n".utf8) == ["Mona", "hello"])
        #expect(reception.take("\u{1B}[2Jboo\u{7}".utf8) == ["[2Jboo"])
    }

    @Test func `no bytes bring it down or make it keep more than its limit`() {
        for seed in Trials.seeds("chat bytes", 300, soak: 20000) {
            var random = SeededGenerator(seed: seed)
            var session = ChatSession()
            _ = self.hear("secret", &session)
            _ = self.hear("Mona", &session)
            var reception = ChatReception()
            let words = ["%DONE;", "{", "}", "'", "\"", "\\", "address", ":", "\n", "é", "#exit", ";", "None", ","]
            var length = 0
            var heard = 0
            for _ in 0..<Int.random(in: 1...60, using: &random) {
                let bytes: [UInt8] =
                    Bool.random(using: &random)
                    ? Array((words.randomElement(using: &random) ?? "").utf8)
                    : (0..<Int.random(in: 0...400, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random)
                    }
                length += bytes.count
                for message in reception.take(bytes) {
                    heard += 1
                    _ = self.hear(message, &session)
                }
            }
            #expect(heard > 0 || length <= ChatReception.limit, "seed \(seed)")
        }
    }

    private func hear(_ message: String, _ session: inout ChatSession) -> [ChatSession.Act] {
        session.hear(message, at: Self.time, isPassword: { $0 == "secret" }, isFree: { $0 != "Anna" })
    }
}
