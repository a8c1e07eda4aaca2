"""Attacks on anonymity, written against files and published artefacts only.

Every attacker must first win against the naive builds kept beside it, then be at chance
against ours. `make attack` runs the full version; `make test` runs a fast one.
"""
