"""What happened: agents' logs become transcripts. Logs are only read."""
