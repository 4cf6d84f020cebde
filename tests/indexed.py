"""For a MongoDB that refuses to scan (`NOTABLESCAN=1 make test`): what tests ask goes by ``_id``.

So what is refused is a question of the product. A test looks at all that there is, and may.
"""

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

from pymongo.collection import Collection

ASKING = (
    *("find", "find_one", "count_documents", "aggregate"),
    *("update_one", "update_many", "delete_one", "delete_many"),
)


def let_tests_scan() -> None:
    """Have each question that is asked in a module of the tests go by the index of ``_id``."""
    for name in ASKING:
        setattr(Collection, name, _hinted(getattr(Collection, name)))


def _hinted(ask: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(ask)
    def asked(*arguments: Any, **options: Any) -> Any:
        if sys._getframe(1).f_globals["__name__"].startswith("tests."):
            options.setdefault("hint", "_id_")
        return ask(*arguments, **options)

    return asked
