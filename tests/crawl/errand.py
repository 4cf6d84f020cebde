"""Runs ``crawler.fetch.get`` in a process of its own: Twisted has one reactor a process.

Reads a list of errands on stdin, writes one list of outcomes an errand on stdout, both JSON.
"""

import json
import os
import sys
from typing import Any

from config.settings import Settings
from crawler.fetch import Fetched, get


def outcomes(errand: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what each address of the errand gave, its body as a length."""
    for name in ("http_proxy", "https_proxy", "no_proxy"):
        os.environ[name] = errand.get("environ", {}).get(name, "")
    settings = Settings(host_delay=0, request_timeout=1, **errand.get("settings", {}))
    return [
        {"url": got.url, "status": got.status, "bytes": len(got.body), "headers": got.headers}
        if isinstance(got, Fetched)
        else {"url": got.url, "trouble": got.trouble, "detail": got.detail}
        for got in get(errand["urls"], settings, 100_000)
    ]


if __name__ == "__main__":
    json.dump([outcomes(errand) for errand in json.load(sys.stdin)], sys.stdout)
