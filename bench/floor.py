"""The floor that our visits are measured against: Scrapy asks for feeds and leaves the answers be.

python -m bench.floor FEEDS

FEEDS is a file with an address of a feed a line. Each is asked for once, with the validators that
bench.lists knows, by Scrapy as it comes. Prints the number of answers of each status as JSON.
"""

import json
import sys
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import ClassVar

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response

from bench.lists import CHANGED_AT, ETAG


class Floor(scrapy.Spider):
    """Every feed, once; nothing is made of what it says."""

    name = "floor"
    handle_httpstatus_list: ClassVar = [304]
    feeds: list[str] = []  # noqa: RUF012 Scrapy gives a spider its arguments so
    came: ClassVar[Counter[int]] = Counter()

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """Yield a request a feed."""
        headers = {"If-None-Match": ETAG, "If-Modified-Since": CHANGED_AT}
        for url in self.feeds:
            yield scrapy.Request(url, headers=headers)

    def parse(self, response: Response) -> None:
        """Count the answer."""
        self.came[response.status] += 1


def main() -> None:
    """Ask, and print what came."""
    settings = {
        "CONCURRENT_REQUESTS": 32,  # as many as ours
        "LOG_LEVEL": "ERROR",
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
    }
    process = CrawlerProcess(settings)
    process.crawl(Floor, feeds=Path(sys.argv[1]).read_text(encoding="utf-8").split())
    process.start()
    print(json.dumps(Floor.came))


if __name__ == "__main__":
    main()
