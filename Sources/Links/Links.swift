// Room of Links.
