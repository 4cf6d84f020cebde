"""From sources to pages."""
