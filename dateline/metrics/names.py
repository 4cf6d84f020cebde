"""Every metric that there is: name, labels, and what it says. Alerts may use no other.

All are gauges: a run is over before anybody asks, and nothing counts on to the next question.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Metric:
    """One metric; every value of its labels is from a closed list of ours, never a site's words."""

    name: str
    says: str
    """In one line, for a person; units included."""
    labels: tuple[str, ...] = ()


INFO = Metric(name="dateline_info", says="The version of Dateline.", labels=("version",))

ARTICLES = Metric(
    name="dateline_articles", says="Articles in the database: original or copy.", labels=("kind",)
)
ADDRESSES = Metric(
    name="dateline_addresses",
    says="Addresses in the ledger, by state and by what they failed of or are excluded for.",
    labels=("state", "reason"),
)
DUE = Metric(name="dateline_addresses_due", says="Addresses whose time to be asked for has come.")
LEASES = Metric(name="dateline_addresses_leased", says="Addresses that a run has in hand.")
SOURCES = Metric(
    name="dateline_sources",
    says="Sources visited at some time, by how they are doing, in a word.",
    labels=("health",),
)
ILL = Metric(name="dateline_sources_ill", says="Sources that need a person.")
FEEDS_FAILING = Metric(name="dateline_feeds_failing", says="Feeds whose last visit failed.")
DATABASE_BYTES = Metric(
    name="dateline_database_bytes", says="Bytes that the database takes, indexes included."
)
DATABASE_FREE = Metric(
    name="dateline_database_disk_free_bytes", says="Bytes that are free where the data lies."
)

RUNS = Metric(
    name="dateline_runs_last_day",
    says="Runs that began in the last 24 hours, by how they ended.",
    labels=("outcome",),
)
UNDER_WAY = Metric(name="dateline_run_under_way", says="Whether a run is under way: 1 or 0.")
STARTED = Metric(
    name="dateline_run_start_timestamp_seconds",
    says="When the last run began that has ended, in seconds since 1970.",
)
ENDED = Metric(
    name="dateline_run_end_timestamp_seconds",
    says="When the last run ended, in seconds since 1970.",
)
SUCCEEDED = Metric(
    name="dateline_run_success_timestamp_seconds",
    says="When the last run with exit code 0 ended, in seconds since 1970.",
)
EXIT_CODE = Metric(
    name="dateline_run_exit_code", says="The exit code of the last run; 1: a person must look."
)
RUN_SOURCES = Metric(name="dateline_run_sources", says="Sources that the last run was about.")
BECAME_ILL = Metric(name="dateline_run_became_ill", says="Sources that fell ill in the last run.")
FEEDS = Metric(
    name="dateline_run_feeds",
    says="Feeds of the last run: due, visited, read, unchanged, failed and so on.",
    labels=("result",),
)
FEED_FAILURES = Metric(
    name="dateline_run_feed_failures",
    says="Feeds that failed in the last run, by what of.",
    labels=("trouble",),
)
ENTRIES = Metric(
    name="dateline_run_entries",
    says="Entries of feeds in the last run: seen, new, changed and so on.",
    labels=("result",),
)
EXCLUDED = Metric(
    name="dateline_run_entries_excluded",
    says="New entries that the last run left out, by why.",
    labels=("reason",),
)
PAGES = Metric(
    name="dateline_run_pages",
    says="Pages of the last run: requested, fetched, over_budget and so on.",
    labels=("result",),
)
SETTLED = Metric(
    name="dateline_run_pages_settled",
    says="Pages of the last run, by the state they ended in and the ruling, reason or trouble.",
    labels=("state", "reason"),
)

METRICS = tuple(one for one in tuple(vars().values()) if isinstance(one, Metric))
