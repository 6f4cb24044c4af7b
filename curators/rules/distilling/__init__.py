"""From a session to statements: what could be one, what speaks for and against it, and which are kept."""
