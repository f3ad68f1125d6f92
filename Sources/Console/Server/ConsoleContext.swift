import Hummingbird
import NIOCore

/// What is known of a request besides its text.
struct ConsoleContext: RequestContext, RemoteAddressRequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: Source) {
        self.coreContext = .init(source: source)
        self.channel = source.channel
    }

    var remoteAddress: SocketAddress? { self.channel.remoteAddress }
}
