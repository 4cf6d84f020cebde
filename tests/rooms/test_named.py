"""What a box is by its names: whole words of them, however they are joined."""

import pytest

from pipelines.extract.named import named_marks, spellings


@pytest.mark.parametrize(
    ("tag", "class_", "id_", "expected"),
    [
        ("div", "related-links", None, {"related"}),
        ("div", "box_related", None, {"related"}),
        ("div", "unrelated", None, set()),
        ("div", "photoCredit", None, {"caption"}),
        ("div", "photo-credit", None, {"caption"}),
        ("div", "photo credit", None, {"caption"}),
        ("div", "photo creditor", None, set()),
        ("p", None, "article-more-from-us", {"related"}),
        ("p", None, "article-more-of-us", set()),
        ("ul", "post-tags", None, {"tags"}),
        ("ul", "tag-politics", None, set()),
        ("li", "post-tags-wide", None, {"list"}),
        ("figure", "breadcrumbs", "byline", {"caption", "crumb", "byline"}),
        ("aside", None, None, {"aside"}),
        ("body", "related", "footer", set()),
        ("div", "x" * 400 + " related", None, set()),
    ],
)
def test_a_box_is_marked_by_the_words_of_its_names(
    tag: str, class_: str | None, id_: str | None, expected: set[str]
) -> None:
    assert named_marks(tag, class_, id_) == expected


def test_a_spelling_stands_for_each_way_to_write_it() -> None:
    assert sorted(spellings("harbou?rs?")) == ["harbor", "harbors", "harbour", "harbours"]
    assert spellings("(?:old|new)-?pier(?:s)?") == [
        "old-piers",
        "old-pier",
        "oldpiers",
        "oldpier",
        "new-piers",
        "new-pier",
        "newpiers",
        "newpier",
    ]
