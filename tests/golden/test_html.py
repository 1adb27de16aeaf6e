"""The HTML report: one file that asks for nothing, runs nothing, stays light, and can be read by everybody."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from orlop.findings.report import Report
from orlop.report.html import FEW
from tests.golden import sample
from tests.golden.write import written

ATTACKER = '<img src="http://attacker.example/x.png"><script src="http://attacker.example/x.js"></script>'
CHROMIUM = shutil.which("chromium")

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no chromium")


class Page(HTMLParser):
    """What a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def all(self, attribute: str) -> list[str]:
        return [attributes[attribute] for _, attributes in self.tags if attribute in attributes]


def page(report: Report) -> Page:
    return Page(written("html", report))


@pytest.mark.parametrize("make", [sample.sample, sample.blameless, sample.empty, lambda: sample.named(ATTACKER)])
def test_the_page_asks_for_nothing_and_runs_nothing(make: Callable[[], Report]) -> None:
    held = page(make())
    assert {tag for tag, _ in held.tags}.isdisjoint(
        {"script", "img", "link", "iframe", "object", "form", "base", "use", "image", "foreignobject", "animate", "set"}
    )
    assert all(reference.startswith("#") for name in ("href", "src", "action") for reference in held.all(name))
    assert not [name for _, attributes in held.tags for name in attributes if name.startswith("on") or name == "style"]
    style = files("orlop.report.html").joinpath("style.css").read_text("utf-8")
    assert "url(" not in style and "@import" not in style


def test_links_lead_to_something_that_is_there_once() -> None:
    held = page(sample.sample())
    ids = held.all("id")
    assert len(set(ids)) == len(ids)
    assert {reference[1:] for reference in held.all("href")} <= set(ids)


def test_a_screen_reader_finds_its_way() -> None:
    held = page(sample.sample())
    names = [tag for tag, _ in held.tags]
    assert {"header", "nav", "main", "footer"} <= set(names) and names.count("h1") == 1
    levels = [int(name[1]) for name in names if re.fullmatch(r"h[1-6]", name)]
    assert all(lower - upper <= 1 for upper, lower in pairwise(levels))
    assert ("html", {"lang": "en"}) in held.tags
    assert all("scope" in attributes for tag, attributes in held.tags if tag == "th")
    assert set(held.all("aria-labelledby")) <= set(held.all("id"))


def test_text_in_the_page_is_readable_in_light_and_in_dark() -> None:
    """Source: https://www.w3.org/TR/WCAG22/#contrast-minimum (level AA: 4.5 to 1)."""
    style = files("orlop.report.html").joinpath("style.css").read_text("utf-8")
    light, dark, *_ = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    for block in (light, dark):
        colour = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))
        pairs = [
            (ink, ground)
            for ink in ("ink", "soft", "accent", "critical", "high", "medium", "low")
            for ground in ("paper", "card", "tint")
        ]
        for ink, ground in (*pairs, ("was", "was-bg"), ("becomes", "becomes-bg")):
            assert _contrast(colour[ink], colour[ground]) >= 4.5, (ink, ground)


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_ten_thousand_findings_stay_a_light_page() -> None:
    text = written("html", sample.many(10_000))
    assert len(text.encode()) < 4_000_000
    assert text.count('<li id="f-') == 100 * FEW  # 50 rules, each in two severities
    assert "80 more are not shown here" in text


# In a real browser


def chromium(file: Path, *flags: str) -> str:
    """Open a file in Chromium, which finds no host by name. Returns what it prints."""
    command = [
        str(CHROMIUM),
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        f"--user-data-dir={file.parent / 'profile'}",
        *flags,
        file.as_uri(),
    ]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout


def browse(file: Path) -> tuple[str, list[str]]:
    """Return the document as it is after loading, and the requests that it made."""
    log = file.with_suffix(".net.json")
    document = chromium(file, f"--log-net-log={log}", "--dump-dom")
    return document, _requests(json.loads(log.read_text()))


def _requests(log: dict[str, Any]) -> list[str]:
    """The requests of the page itself; those that the browser makes for its own ends have no origin."""
    start = log["constants"]["logEventTypes"]["URL_REQUEST_START_JOB"]
    jobs = [event.get("params", {}) for event in log["events"] if event["type"] == start]
    return [
        job["url"] for job in jobs if job.get("url", "").startswith("http") and job.get("initiator") != "not an origin"
    ]


@needs_chromium
@pytest.mark.browser
def test_a_real_browser_shows_hostile_names_as_text_and_asks_nobody(tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    report = sample.sample()
    attacked = replace(report, findings=(*sample.named(ATTACKER).findings, *report.findings))
    file.write_text(written("html", attacked), "utf-8")
    document, requests = browse(file)
    assert requests == []
    assert re.findall("<head>.*?<title>(.*?)</title>.*?</head>", document, re.DOTALL) == [
        "Orlop report, 24 November 2026: Four things need mending today."
    ]
    text = "".join(Page(document).text)
    assert ATTACKER in text and sample.SCRIPT in text and sample.FORMULA in text


@needs_chromium
@pytest.mark.browser
def test_the_browser_test_would_notice(tmp_path: Path) -> None:
    file = tmp_path / "hostile.html"
    file.write_text(f"<title>quiet</title>{ATTACKER}<script>document.title='owned'</script>", "utf-8")
    document, requests = browse(file)
    assert "http://attacker.example/x.png" in requests and "<title>owned</title>" in document


@needs_chromium
@pytest.mark.browser
def test_without_scripts_the_page_looks_the_same(tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(written("html", sample.sample()), "utf-8")
    pictures: list[bytes] = []
    for flag in ("--hide-scrollbars", "--blink-settings=scriptEnabled=false"):
        picture = tmp_path / "page.png"
        chromium(file, flag, "--hide-scrollbars", "--window-size=1000,3000", f"--screenshot={picture}")
        pictures.append(picture.read_bytes())
    assert pictures[0] == pictures[1] and len(pictures[0]) > 50_000
