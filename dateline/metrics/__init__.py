"""What monitoring is told: names, the text that carries them, and where the numbers come from."""
