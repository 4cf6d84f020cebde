"""Fuzzing: inputs made of invented ones by damage, and what must hold for each of them."""
