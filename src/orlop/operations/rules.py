"""What is to be said about a rule: as facts for programs, as a page for people."""

from typing import Any

from orlop import rules as questions
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


def page(rule: AnyRule, *, level: int = 1) -> str:
    """Return the Markdown page of a rule, which is written from the rule itself; its title is a heading of `level`."""
    controls = "\n".join(f"- {control}: {about(control).title}" for control in sorted(rule.controls))
    title, part = "#" * level, "#" * (level + 1)
    return "\n\n".join(
        [
            f"{title} {rule.title}",
            f"*{rule.asks}*",
            f"`{rule.id}` · {rule.severity} · asked of every `{rule.over.KIND}`",
            f"{part} Why it matters\n\n{rule.why}",
            f"{part} How to mend it by hand\n\n{rule.by_hand}",
            f"{part} What mending it may break\n\n{rule.breaks}",
            f"{part} Who asks for it\n\n{controls or 'No framework that Orlop knows.'}\n",
        ]
    )


def subjects() -> dict[str, tuple[AnyRule, ...]]:
    """Return all rules by what they are about: the name of their file, such as `s3` or `ssh`."""
    by_file: dict[str, list[AnyRule]] = {}
    for rule in questions.ALL:
        by_file.setdefault(rule.check.__module__.rpartition(".")[2].rstrip("_").replace("_", "-"), []).append(rule)
    return {subject: tuple(found) for subject, found in sorted(by_file.items())}


def subject_page(subject: str) -> str:
    """Return the page of all rules about one subject."""
    pages = (page(rule, level=2) for rule in subjects()[subject])
    return f"# Questions about {subject.replace('-', ' ')}\n\n" + "\n".join(pages)


def contents() -> str:
    """Return the page that lists every rule."""
    count = len(questions.ALL)
    lines = [f"# The {count} questions that Orlop asks", "", "Written by `make docs` from the rules themselves.", ""]
    for subject, rules in subjects().items():
        lines += [
            f"## [{subject.replace('-', ' ')}]({subject}.md)",
            "",
            "| severity | question | rule |",
            "|---|---|---|",
        ]
        lines += [
            f"| {rule.severity} | {rule.asks} | `{rule.id}` |" for rule in sorted(rules, key=lambda r: -r.severity)
        ]
        lines.append("")
    return "\n".join(lines)
