"""The same rooms, proved."""
