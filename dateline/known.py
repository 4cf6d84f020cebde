"""Names that a person gives: known to the database, or to the catalogue."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from config.catalogue import Catalogue, UnknownSource
from config.catalogue import load as load_catalogue
from config.entries import near
from config.errors import ConfigError
from config.settings import Settings
from dateline.exits import Code, Exit

if TYPE_CHECKING:
    from pipelines.store.query import Query
    from pipelines.store.search import Search


def be_known(query: "Query", settings: Settings, search: "Search") -> "Search":
    """Return the search with all the ids that its source ever had.

    Raises Exit for a source or a region that nothing is known of: it was mistyped. What has
    articles is known, also once the catalogue has it no more.
    """
    unknown = {
        name: value
        for name, value in {"source": search.source, "region": search.region}.items()
        if value is not None and not query.has_articles({name: value})
    }
    if search.source is None and not unknown:
        return search
    try:
        catalogue = load_catalogue(settings.sources)
    except ConfigError:
        if unknown:
            raise
        return search
    _select(catalogue, unknown, query)
    known = catalogue.by_id(search.source or "")
    names = (known.id, *known.aliases) if known else ()
    return replace(search, earlier=tuple(name for name in names if name != search.source))


def _select(catalogue: Catalogue, unknown: dict[str, str], query: "Query") -> None:
    source = unknown.get("source")
    try:
        catalogue.select([source] if source is not None else [])
    except UnknownSource as error:
        meant = near(str(source), query.sources())  # the catalogue may have it no more
        words = f"no source {source!r}; perhaps {meant}" if meant else str(error)
        raise Exit(Code.USAGE, words) from error
    try:
        catalogue.select(region=unknown.get("region"))
    except UnknownSource as error:
        raise Exit(Code.USAGE, str(error)) from error


def the_article(query: "Query", name: str) -> dict[str, Any]:
    """Return the article of an id or an address; raises Exit where there is none."""
    article = query.article(name, _canonical(name))
    if article is None:
        is_address = _canonical(name) is not None
        where = "`dateline why URL` tells of an address" if is_address else "name its id or address"
        raise Exit(Code.LOOK, f"no article {name!r}; {where}; `dateline articles find` lists them")
    return article


def story_of(query: "Query", name: str) -> str:
    """Return the story of an id or an address of an article; a story's own id stays what it is."""
    article = query.article(name, _canonical(name))
    return str(article["story"]) if article else name


def _canonical(name: str) -> str | None:
    from pipelines.identify.canonical import canonical  # noqa: PLC0415 `--help` must load little

    try:
        return canonical(name)
    except ValueError:
        return None
