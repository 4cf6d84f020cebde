"""What we collect: sources, phrases and settings as data, and their loaders."""
