"""How it comes back: index, channels, fusion, search, context for a session's start."""
