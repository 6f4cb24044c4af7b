"""One module a log format, found by content."""
