import Crypto
import DeviceKit
import Methods

/// What a lab's description adds to questions, by what they are about: pictures, and who may answer. A picture is kept by
/// its hash when it is first asked with, so that a question shows what it showed then.
struct QuestionBook: Sendable {
    /// Largest picture, in bytes.
    static let limit = 5 << 20

    /// Paths by topic: a method, a vessel or a device.
    private let files: [String: String]
    /// Topics that are for engineers alone.
    private let engineers: Set<String>

    init(_ files: [String: String] = [:], engineers: Set<String> = []) {
        self.files = files
        self.engineers = engineers
    }

    /// The question with what belongs to its topic. A picture that cannot be read or kept is left out: people are asked
    /// in any case.
    func complete(_ question: Question, in stateDirectory: String) -> Question {
        var question = question
        if question.topic.map(self.engineers.contains) == true { question.role = .engineer }
        guard let file = question.topic.flatMap({ self.files[$0] }), let bytes = try? TextFile.bytes(of: file),
            let kind = PictureKind(bytes)
        else { return question }
        let hash = SHA256.hash(data: bytes).hexadecimal
        let archive = RawArchive(directory: stateDirectory, folder: "pictures")
        guard let kept = try? archive.keep("\(hash).\(kind.rawValue)", bytes) else { return question }
        question.picture = Question.Picture(path: kept.path, sha256: kept.sha256, mediaType: kind.mediaType)
        return question
    }

    /// A picture that was asked with; nil if it is not there any more, or not what it was.
    static func bytes(of picture: Question.Picture, in stateDirectory: String) -> [UInt8]? {
        guard let bytes = try? TextFile.bytes(of: "\(stateDirectory)/\(picture.path)"),
            SHA256.hash(data: bytes).hexadecimal == picture.sha256
        else { return nil }
        return bytes
    }

    /// Why a file is no picture for a question; nil if it is.
    static func fault(of file: String) -> String? {
        do throws(SourceDiagnostics) {
            let bytes = try TextFile.bytes(of: file)
            guard bytes.count <= Self.limit else { return "is larger than \(Self.limit >> 20) MiB" }
            return PictureKind(bytes) == nil ? "is neither PNG, JPEG nor SVG" : nil
        } catch {
            return error.all.first?.message ?? "cannot be read"
        }
    }
}

/// By what a file begins with, whatever it is called.
private enum PictureKind: String {
    case png, jpeg, svg

    init?(_ bytes: [UInt8]) {
        guard bytes.count <= QuestionBook.limit else { return nil }
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if String(decoding: bytes.prefix(1000), as: UTF8.self).contains("<svg") {
            self = .svg
        } else {
            return nil
        }
    }

    var mediaType: String { self == .svg ? "image/svg+xml" : "image/\(self.rawValue)" }
}
