"""What git says of a project's repository: its files and branches, and what its history knows of names. Only read."""
