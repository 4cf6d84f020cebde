"""What goes wrong, at every moment of a run: nothing is lost, doubled or stuck by it."""
