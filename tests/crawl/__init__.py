"""The whole line over loopback HTTP."""
