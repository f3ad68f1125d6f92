extension RequestRefusal {
    /// Runs `body`; what it throws becomes the reason of a refusal, after `context`.
    static func wrap<Value, Failure: Error>(
        _ kind: Kind, _ context: String = "", _ body: () throws(Failure) -> Value
    ) throws(RequestRefusal) -> Value {
        do throws(Failure) {
            return try body()
        } catch {
            throw RequestRefusal(kind, context.isEmpty ? "\(error)" : "\(context): \(error)")
        }
    }
}
