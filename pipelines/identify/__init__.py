"""Which article this is: its address, its text. Pure."""
