// Room of Store.
