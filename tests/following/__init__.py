"""Consumers that are killed while articles change, and the writer too: what they saw of it."""
