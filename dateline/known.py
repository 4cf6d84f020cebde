"""Names that a person gives: known to the database, or to the catalogue."""

from typing import TYPE_CHECKING

from config.catalogue import UnknownSource
from config.catalogue import load as load_catalogue
from config.settings import Settings
from dateline.exits import Code, Exit

if TYPE_CHECKING:
    from pipelines.store.query import Query


def be_known(
    query: "Query", settings: Settings, source: str | None = None, region: str | None = None
) -> None:
    """Raise Exit for a source or a region that nothing is known of: it was mistyped.

    What has articles is known, also once the catalogue has it no more.
    """
    unknown = {
        name: value
        for name, value in {"source": source, "region": region}.items()
        if value is not None and not query.has_articles({name: value})
    }
    if not unknown:
        return
    catalogue = load_catalogue(settings.sources)
    try:
        catalogue.select([unknown["source"]] if "source" in unknown else [])
        catalogue.select(region=unknown.get("region"))
    except UnknownSource as error:
        raise Exit(Code.USAGE, str(error)) from error
