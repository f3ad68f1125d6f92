extension ProfileScale {
    /// From the keys `scale`, a product such as `syringe-volume / 6000`, and `offset`.
    init(_ section: ConfigurationSection, _ parameters: [ProfileParameter]) {
        let text = section.optionalText("scale")
        let offset = section.optionalNumber("offset")
        self.init(factors: [], offset: offset ?? 0)
        guard let text else { return }
        var isDivisor = false
        for (index, word) in text.split(separator: " ").map(String.init).enumerated() {
            if index.isMultiple(of: 2) {
                guard let bound = section.bound(word, parameters, at: "scale") else { return }
                if bound == .number(0) { section.report("\(section.name("scale")): must not be zero", key: "scale") }
                self.factors.append(Factor(bound: bound, isDivisor: isDivisor))
            } else if word == "*" || word == "/" {
                isDivisor = word == "/"
            } else {
                section.report(
                    "\(section.name("scale")): “\(word)” is neither * nor /, with blanks around it", key: "scale")
                return
            }
        }
        if self.factors.count * 2 - 1 != text.split(separator: " ").count {
            section.report("\(section.name("scale")): “\(text)” ends with an operator", key: "scale")
        }
    }
}
