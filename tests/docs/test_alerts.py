"""The alert rules ask for nothing but what is told."""

import re
from collections import defaultdict
from typing import Any

import promql_parser
import pytest
import yaml
from promql_parser import VectorSelector

from crawler.health import Word
from dateline import history
from dateline.metrics.names import METRICS
from pipelines.records import State
from tests.docs.test_deploy_files import DEPLOY

RULES = [
    rule
    for group in yaml.safe_load((DEPLOY / "alerts.yaml").read_text("utf-8"))["groups"]
    for rule in group["rules"]
]
VALUES = defaultdict(
    set[str],
    state=set(map(str, State)),
    health=set(map(str, Word)),
    outcome={"done", "interrupted", "terminated", "failed", history.KILLED, history.UNDER_WAY},
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_asks_for_what_is_told(rule: dict[str, Any]) -> None:
    known = {metric.name: metric for metric in METRICS}
    found: list[VectorSelector] = []

    def visit(expression: Any) -> None:
        if isinstance(expression, VectorSelector):
            found.append(expression)

    promql_parser.walk(promql_parser.parse(rule["expr"]), visit)

    assert found
    for selector in found:
        assert selector.name in known
        for matcher in selector.matchers.matchers:
            assert matcher.name in known[selector.name].labels
            assert set(matcher.value.split("|")) <= VALUES[matcher.name]
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert {"summary", "description"} == rule["annotations"].keys()
    assert rule.keys() <= {"alert", "expr", "for", "labels", "annotations"}
    assert all(re.fullmatch(r"\d+[smh]", rule.get("for", "1m")) for _ in [rule])


def test_every_metric_is_named_once_and_by_the_rules_of_prometheus() -> None:
    names = [metric.name for metric in METRICS]

    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"dateline_[a-z_]+", name) for name in names)
    assert not [metric.name for metric in METRICS if metric.name.endswith(("_total", "_count"))]
    assert len({rule["alert"] for rule in RULES}) == len(RULES)
