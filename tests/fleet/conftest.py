"""The invented web and the homes of the crawls, here too."""

from tests.crawl.conftest import a_home, left, web

__all__ = ["a_home", "left", "web"]
