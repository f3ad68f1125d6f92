// Room of EdgeAgent.
