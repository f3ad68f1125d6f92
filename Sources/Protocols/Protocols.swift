// Room of Protocols.
