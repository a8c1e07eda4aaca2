"""How the fast tier's table is made: MiniLM reads open texts, a table learns to stand in for it."""
