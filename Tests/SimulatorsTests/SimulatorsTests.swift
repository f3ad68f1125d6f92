// Tests of Simulators.
