import DeviceKit
import DeviceProfiles
import Glibc

/// All profiles below a folder, for recognising what is plugged in.
struct ProfileFolder {
    /// By the name that device entries use, `vendor/model`; those with errors are left out.
    let profiles: [String: DeviceProfile]

    init(path: String) {
        var found = glob_t()
        defer { globfree(&found) }
        var profiles: [String: DeviceProfile] = [:]
        if glob("\(path)/*/*.yaml", 0, nil, &found) == 0 {
            for index in 0..<Int(found.gl_pathc) {
                guard let file = found.gl_pathv[index].map({ String(cString: $0) }),
                    let text = try? TextFile.read(file)
                else { continue }
                let document = ConfigurationDocument(file: file)
                let profile = DeviceProfile(parsing: text, in: document)
                let name = file.dropFirst(path.count + 1).dropLast(".yaml".count)
                if !document.diagnostics.contains(where: { $0.severity == .error }) { profiles[String(name)] = profile }
            }
        }
        self.profiles = profiles
    }
}
