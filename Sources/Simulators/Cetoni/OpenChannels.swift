import NIOCore

/// The sockets of a server, so that it can be torn from the network as a lost computer is.
///
/// Cancelling the server's task instead would drop requests that are just coming in, which SwiftNIO takes for a
/// programming error and ends the process.
actor OpenChannels {
    private var channels: [ObjectIdentifier: any Channel] = [:]
    private var isShut = false

    /// For the transport's callbacks, which come on the channel's event loop.
    nonisolated func note(_ channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.makeFutureWithTask { await self.add(channel) }
    }

    func closeAll() {
        self.isShut = true
        for channel in self.channels.values { channel.close(mode: .all, promise: nil) }
        self.channels = [:]
    }

    private func add(_ channel: any Channel) {
        guard !self.isShut else {
            channel.close(mode: .all, promise: nil)
            return
        }
        self.channels[ObjectIdentifier(channel)] = channel
        channel.closeFuture.whenComplete { _ in Task { await self.forget(ObjectIdentifier(channel)) } }
    }

    private func forget(_ channel: ObjectIdentifier) { self.channels.removeValue(forKey: channel) }
}
