"""Kinds of instrument: one file each, found by the registry."""
