// Room of Uplink.
