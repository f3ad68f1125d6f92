/// Why a test's site could not be set up or asked: the programs themselves are at fault, or the machine.
package struct SiteFailure: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
