// Room of DeviceProfiles.
