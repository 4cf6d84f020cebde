"""Articles in, what other programs read out: CSV, Parquet, the words of schema.org. Pure."""
