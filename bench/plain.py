"""The plain spider that ours is measured against: what people write with Scrapy and trafilatura.

python -m bench.plain FEEDS MONGODB_URI DATABASE

FEEDS is a file with an address of a feed a line. Feeds are read with feedparser, each page with
trafilatura and its metadata, and inserted one by one. Prints the number of pages stored.
"""

import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import feedparser
import scrapy
import trafilatura
from pymongo import MongoClient
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response

Document = dict[str, Any]


class Plain(scrapy.Spider):
    """Every entry of every feed, once."""

    name = "plain"
    feeds: list[str] = []  # noqa: RUF012 Scrapy gives a spider its arguments so

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """Yield a request a feed."""
        for url in self.feeds:
            yield scrapy.Request(url, callback=self.feed)

    def feed(self, response: Response) -> Iterator[scrapy.Request]:
        """Yield a request an entry."""
        for entry in feedparser.parse(response.body).entries:
            yield scrapy.Request(entry.link, callback=self.page)

    def page(self, response: Response) -> Iterator[Document]:
        """Yield the page as it came."""
        yield {"url": response.url, "body": response.body}


class Stored:
    """The pipeline: extract, and insert."""

    uri, database, count = "", "", 0

    def open_spider(self) -> None:
        """Open the database."""
        self.client: MongoClient[Document] = MongoClient(self.uri, w="majority")
        self.articles = self.client[self.database]["articles"]

    def close_spider(self) -> None:
        """Close it."""
        self.client.close()

    def process_item(self, item: Document) -> Document:
        """Store what trafilatura makes of a page."""
        found = trafilatura.bare_extraction(item["body"], url=item["url"], with_metadata=True)
        if found is not None and not isinstance(found, dict):
            wanted = ("title", "author", "date", "text", "description", "sitename", "language")
            fields = {name: getattr(found, name, None) for name in wanted}
            self.articles.insert_one({"_id": item["url"], **fields})
            Stored.count += 1
        return {"url": item["url"]}


def main() -> None:
    """Crawl, and print how many were stored."""
    feeds, Stored.uri, Stored.database = sys.argv[1:]
    settings = {
        "ROBOTSTXT_OBEY": True,
        "DOWNLOAD_DELAY": 0,
        "CONCURRENT_REQUESTS": 32,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "LOG_LEVEL": "ERROR",
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "ITEM_PIPELINES": {Stored: 100},
    }
    process = CrawlerProcess(settings)
    process.crawl(Plain, feeds=Path(feeds).read_text(encoding="utf-8").split())
    process.start()
    print(Stored.count)


if __name__ == "__main__":
    main()
