"""From pages to kept articles."""
