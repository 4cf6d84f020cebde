"""Floors that quality cannot slide under."""
