import Glibc

// libFuzzer's driver behind our own `main`: `Fuzz TARGET [options of libFuzzer] [corpus …]`.
// `Fuzz list` names the targets; `Fuzz swell TARGET SEED SECONDS ARTIFACT FILE …` repeats parts of the files until they
// are long.
let words = CommandLine.arguments
switch words.dropFirst().first {
case "list":
    for target in FuzzTarget.all { print(target.name) }
case "swell" where words.count >= 6:
    guard let target = FuzzTarget.named(words[2]), let seed = UInt64(words[3]), let seconds = Int(words[4]) else {
        exit(64)
    }
    Swelling(target, seed: seed).run(on: Array(words.dropFirst(6)), seconds: seconds, artifact: words[5])
case let name?:
    guard let target = FuzzTarget.named(name) else {
        print("there is no target \(name); there are \(FuzzTarget.all.map(\.name).joined(separator: ", "))")
        exit(64)
    }
    exit(LibFuzzer.run(target, Array(words.dropFirst(2))))
case nil:
    print("usage: Fuzz list | Fuzz TARGET [option …] [corpus …] | Fuzz swell TARGET SEED SECONDS ARTIFACT FILE …")
    exit(64)
}
