"""Who judges: ``rules`` (no model, the default); a model's judgement comes later through the same protocol."""
