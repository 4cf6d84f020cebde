"""Imported where workers are forked from: what takes a second to load is then in each."""

from config import phrasebook
from pipelines.enrich.language import identifier

phrasebook.load()
identifier()
