"""What shuts a process in before it reads anybody's words: limits, Landlock, seccomp, and a test of them."""
