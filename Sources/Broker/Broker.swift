// Room of Broker.
