"""A run for other programs: its network as files, proved equal to it; its card; and networks that were trained elsewhere."""
