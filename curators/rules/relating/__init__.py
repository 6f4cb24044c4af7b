"""How two memories stand to each other, by how they read: the same, more, another value, or nothing of each other."""
