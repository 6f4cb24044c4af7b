"""The shell around it: launcher, watch, collector, worker, publisher; each does one thing in a process of its own."""
