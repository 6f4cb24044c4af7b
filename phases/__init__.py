"""What a run does: distil, prune, merge, refresh, reindex, in one ordered table. Pure."""
