"""Manners: robots, pace, and no private address."""
