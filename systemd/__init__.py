"""Running as a service: systemd's units, and what a machine's configuration adds to them."""
