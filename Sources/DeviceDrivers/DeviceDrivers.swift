// Room of DeviceDrivers.
