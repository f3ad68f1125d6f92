// Tests of EdgeAgent.
