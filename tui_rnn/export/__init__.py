"""A run taken along: its network as files for other programs, proved equal; networks that were trained elsewhere; its card."""
