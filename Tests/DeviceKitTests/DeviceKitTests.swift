// Tests of DeviceKit.
