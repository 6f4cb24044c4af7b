"""Whether to run. Pure: facts + policy + now -> decision; no clock, no disk."""
