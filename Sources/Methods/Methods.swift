// Room of Methods.
