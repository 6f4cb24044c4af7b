"""Where a secret stands in a text: by its shape, by the place that it stands in, and by what a value looks like."""
