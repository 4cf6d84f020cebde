"""Documents that fail when they stop being true."""
