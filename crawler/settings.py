"""Scrapy's settings: manners first, and every default of Scrapy off that would act behind our back.

What a person may turn is in ``config/dateline.toml``; here it is put into Scrapy's words.
"""

from typing import Any

from scrapy import Spider
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure

from config.settings import Settings, load

DOOR = "crawler.politeness.door.GuardedHandler"

FIXED: dict[str, object] = {
    "BOT_NAME": "dateline",
    "SPIDER_MODULES": ["crawler.spiders"],
    "ITEM_PIPELINES": {"pipelines.adapter.Line": 300},
    # one door: no port that runs code for others, no scheme but the two that are guarded
    "REMOTE_CONTROL_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "DOWNLOAD_HANDLERS": {
        "http": DOOR, "https": DOOR, "data": None, "file": None, "ftp": None, "s3": None,
    },
    # only these act: what else Scrapy has follows, repeats, remembers or drops by itself, and to
    # import it is a third of a short run; the spider follows hop by hop
    "DOWNLOADER_MIDDLEWARES_BASE": {
        "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
        "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
        "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
        "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": 590,
        "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": 750,
    },
    "SPIDER_MIDDLEWARES_BASE": {
        "scrapy.spidermiddlewares.start.StartSpiderMiddleware": 25,
    },
    "EXTENSIONS_BASE": {},
    # the rest by their switches too, for whoever looks with `scrapy settings --get`
    "ROBOTSTXT_OBEY": False,  # obeyed by crawler.politeness.robots: Scrapy's takes a 503 for a yes
    "RETRY_ENABLED": False,
    "REDIRECT_ENABLED": False,
    "METAREFRESH_ENABLED": False,
    "COOKIES_ENABLED": False,
    "HTTPCACHE_ENABLED": False,
    "REFERER_ENABLED": False,
    "AUTOTHROTTLE_ENABLED": False,
    "HTTPERROR_ALLOW_ALL": True,
    # whether an address was asked for already is the ledger's to say
    "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
    # the time between two requests to a host is crawler.politeness.pace's
    # Scrapy starts so many tasks an answer; ours holds one page at most
    "CONCURRENT_ITEMS": 1,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "DOWNLOAD_DELAY": 0,
    "DOWNLOAD_DELAY_JITTER": 0,
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    "DOWNLOAD_FAIL_ON_DATALOSS": True,
    "DOWNLOAD_WARNSIZE": 0,
    "DEFAULT_REQUEST_HEADERS": {
        "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        # a paper is wanted in its own language, not in ours
        "Accept-Language": "*",
    },
    "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
    # the default one knows no IPv6; a name that hangs is ended by DOWNLOAD_TIMEOUT
    "TWISTED_DNS_RESOLVER": "scrapy.resolver.CachingHostnameResolver",
    "LOG_INSTALL_ROOT_HANDLER": False,  # the front door's log is the only one
    "LOG_LEVEL": "WARNING",
    "LOG_FORMATTER": "crawler.settings.ShortLog",
    "LOG_VERSIONS": [],
    "LOGSTATS_INTERVAL": 0,
    # our report counts; Scrapy's would count each answer a dozen times
    "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",
    "STATS_DUMP": False,
    "MEMUSAGE_ENABLED": False,
}  # fmt: skip


class ShortLog(LogFormatter):
    """Scrapy's own lines without the items, which hold a paper's words."""

    def scraped(  # type: ignore[override]  # Scrapy lets None leave the line out, its types don't
        self, item: Any, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult | None:
        """Say nothing: the line's own log tells of each page."""
        return None

    def dropped(
        self,
        item: Any,
        exception: BaseException,
        response: Response | Failure | None,
        spider: Spider,
    ) -> LogFormatterResult:
        """Say why, not what."""
        shown = super().dropped(item, exception, response, spider)
        return {**shown, "msg": "Dropped: %(exception)s", "args": {"exception": exception}}

    def item_error(
        self,
        item: Any,
        exception: BaseException,
        response: Response | Failure | None,
        spider: Spider,
    ) -> LogFormatterResult:
        """Name the item by its address; Scrapy adds the trace."""
        shown = super().item_error(item, exception, response, spider)
        return {**shown, "args": {"item": getattr(item, "url", type(item).__name__)}}


def scrapy_settings(settings: Settings) -> dict[str, object]:
    """Return Scrapy's settings for a crawl under ``settings``."""
    return {
        **FIXED,
        "USER_AGENT": settings.user_agent,
        "CONCURRENT_REQUESTS": settings.concurrent_hosts,
        "DOWNLOAD_TIMEOUT": settings.request_timeout,
        "DNS_TIMEOUT": settings.request_timeout,
        # a request for a feed brings its own `download_maxsize`
        "DOWNLOAD_MAXSIZE": settings.page_max_bytes,
        # each name that hangs holds a thread of the resolver
        "REACTOR_THREADPOOL_MAXSIZE": max(20, settings.concurrent_hosts),
        "DATELINE_ALLOW_PRIVATE_ADDRESSES": settings.allow_private_addresses,
    }


# Scrapy takes a settings module's capitals; this is what `scrapy crawl news` goes by
globals().update(scrapy_settings(load()))
