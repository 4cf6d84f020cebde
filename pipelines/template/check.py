"""What was seen of a site's pages, in; which lines its template would choose of each now, out."""

from collections.abc import Sequence

from pipelines.records import PackedSighting, Template
from pipelines.template.fit import choice, choose
from pipelines.template.learn import learn
from pipelines.template.pack import unpack


def choices(site: str, packed: Sequence[PackedSighting]) -> tuple[Template, tuple[int, ...]]:
    """Return the template that all the sightings teach, and its choice for each of their pages.

    A page whose choice is another than the one it was read with is to be read again.
    """
    sightings = [unpack(one) for one in packed]
    template = learn(site, sightings)
    return template, tuple(choice(choose(template, one.lines)) for one in sightings)
