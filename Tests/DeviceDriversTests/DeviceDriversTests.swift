// Tests of DeviceDrivers.
