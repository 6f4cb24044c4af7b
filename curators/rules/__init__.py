"""The rules curator: judgement without a model."""
