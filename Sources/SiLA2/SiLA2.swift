// Room of SiLA2.
