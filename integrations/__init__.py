"""How agents reach it: their hooks, and the settings that name them."""
