"""Another collector's way from addresses to MongoDB, in an environment that may have it alone.

PYTHON bench/rival.py NAME ADDRESSES MONGODB_URI DATABASE

ADDRESSES is a file with an address of a page a line, which are to be had by `http_proxy`. A few
threads fetch, extract and insert a page each, one in which they find no text too. Prints the number
of pages stored. Needs nothing of ours: NAME, urllib3 and pymongo.
"""

import importlib
import os
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import urllib3
from pymongo import MongoClient

Document = dict[str, Any]
THREADS = 8


def main() -> None:
    """Collect, and print how many were stored."""
    name, addresses, uri, database = sys.argv[1:]
    read, urls = READERS[name], Path(addresses).read_text(encoding="utf-8").split()
    with MongoClient[Document](uri, w="majority") as client, ThreadPoolExecutor(THREADS) as threads:
        articles = client[database]["articles"]

        def keep(url: str) -> bool:
            try:
                found = read(url)
            except Exception:  # noqa: BLE001 whatever it raises over a page, it has none of it
                return False
            if found:
                articles.insert_one({"_id": url, **found})
            return bool(found)

        print(sum(threads.map(keep, urls)))


@cache
def _http() -> urllib3.ProxyManager:
    return urllib3.ProxyManager(os.environ["http_proxy"], maxsize=THREADS)


def _fetched(url: str) -> bytes:
    return _http().request("GET", url).data


def _by_trafilatura(url: str) -> Document | None:
    # its own downloader refuses loopback
    extract = importlib.import_module("trafilatura").bare_extraction
    found = extract(_fetched(url), url=url, with_metadata=True)
    wanted = ("title", "author", "date", "text", "description", "sitename", "language")
    return {name: getattr(found, name, None) for name in wanted} if found else None


def _by_newspaper(url: str) -> Document | None:
    # it fetches pictures while it parses, unless told not to
    article = importlib.import_module("newspaper").Article(url, fetch_images=False)
    article.download()
    article.parse()
    wanted = ("title", "authors", "publish_date", "text", "meta_description", "meta_lang")
    return {name: getattr(article, name) for name in wanted}


def _by_news_please(url: str) -> Document | None:
    please = importlib.import_module("newsplease").NewsPlease
    found = please.from_html(_fetched(url).decode("utf-8", "replace"), url=url)
    wanted = ("title", "authors", "date_publish", "maintext", "description", "language")
    return {name: getattr(found, name) for name in wanted} if found else None


READERS: Mapping[str, Callable[[str], Document | None]] = {
    "trafilatura": _by_trafilatura,
    "newspaper4k": _by_newspaper,
    "news-please": _by_news_please,
}


if __name__ == "__main__":
    main()
