"""Figures about themes that are known already: where, how bad, with what else, more or fewer."""
