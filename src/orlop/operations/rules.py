"""What is to be said about a rule: as facts for programs, as a page for people."""

from typing import Any

from orlop.frameworks.table import about
from orlop.rules.rule import AnyRule


def facts(rule: AnyRule) -> dict[str, Any]:
    """Return a rule as plain data."""
    return {
        "id": rule.id,
        "title": rule.title,
        "asks": rule.asks,
        "why": rule.why,
        "severity": str(rule.severity),
        "kind": rule.over.KIND,
        "controls": [{"framework": c.framework, "clause": c.clause, "asks": about(c).title} for c in rule.controls],
        "by_hand": rule.by_hand,
        "breaks": rule.breaks,
    }


def page(rule: AnyRule) -> str:
    """Return the Markdown page of a rule, which is written from the rule itself."""
    controls = "\n".join(f"- {control}: {about(control).title}" for control in sorted(rule.controls))
    return "\n\n".join(
        [
            f"# {rule.title}",
            f"*{rule.asks}*",
            f"`{rule.id}` · {rule.severity} · asked of every `{rule.over.KIND}`",
            f"## Why it matters\n\n{rule.why}",
            f"## How to mend it by hand\n\n    {rule.by_hand}",
            f"## What mending it may break\n\n{rule.breaks}",
            f"## Controls\n\n{controls or 'None: no framework that Orlop knows asks this.'}\n",
        ]
    )
