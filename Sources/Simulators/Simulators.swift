// Room of Simulators.
