/// What the network's master tells nodes to be (CiA 301, network management).
public enum NMTCommand: UInt8, Sendable, CaseIterable {
    case start = 1
    case stop = 2
    case preOperational = 0x80
    case resetNode = 0x81
    case resetCommunication = 0x82
}

/// What a node says it is, in its heartbeat.
public enum NMTState: UInt8, Sendable, CaseIterable {
    case bootUp = 0
    case stopped = 4
    case operational = 5
    case preOperational = 0x7F
}
