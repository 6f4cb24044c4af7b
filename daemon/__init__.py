"""The shell around it: launcher, collector, worker, publisher, each a process of its own."""
