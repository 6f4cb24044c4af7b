"""The shell around it: launcher, collector, worker, publisher; each does one thing in a process of its own."""
