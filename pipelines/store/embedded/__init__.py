"""The parts of the embedded MongoDB; ``pipelines.store.server`` puts them together."""
