// Tests of Protocols.
