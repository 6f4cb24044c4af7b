"""What is kept: records, changes, plan, ledger, file names, markdown, publish, check."""
