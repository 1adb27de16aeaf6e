"""The drawing: joined where ways begin alike, safe whatever things are called, and told in words, too."""

import re
from xml.etree import ElementTree

import pytest

from orlop.findings.ways import Cause, Node, Stage, Way
from orlop.report.picture import drawn, whole

ATTACKER = '"><script>alert(1)</script><svg onload=x>&\x1b[31m\u202e'
SVG = "{http://www.w3.org/2000/svg}"


def node(name: str, kind: str = "thing") -> Node:
    return Node(id=f"arn:aws:x:::{name}" if kind != "internet" else name, name=name, kind=kind)


INTERNET, WEB, ROLE = node("internet", "internet"), node("web", "server"), node("waf", "role")


def stage(start: Node, end: Node, *, certain: bool = True, cut: bool = False) -> Stage:
    return Stage(
        start=start, end=end, by="network", says=f"{start.name} to {end.name}.", evidence=(), certain=certain, cut=cut
    )


def cause(*ways: tuple[Stage, ...]) -> Cause:
    told = tuple(Way(cost=1, certain=all(s.certain for s in stages), stages=stages) for stages in ways)
    return Cause(says="It is open.", mends=(), ends=True, also=(), certain=True, ways=told, more=())


def parsed(*causes: Cause) -> ElementTree.Element:
    return ElementTree.fromstring(str(drawn(causes, "Ways")))


def groups(svg: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    return [each for each in svg.iter(f"{SVG}g") if kind in each.get("class", "").split()]


TO_WEB = stage(INTERNET, WEB, cut=True)


def test_ways_that_begin_alike_share_their_first_steps() -> None:
    goals = [node(name, "bucket") for name in ("claims", "letters", "photos")]
    svg = parsed(cause(*((TO_WEB, stage(WEB, ROLE), stage(ROLE, goal)) for goal in goals)))
    assert len(groups(svg, "node")) == 3 + len(goals)
    assert len(groups(svg, "step")) == 2 + len(goals)
    assert len(groups(svg, "cut")) == 1
    assert len(groups(svg, "start")) == 1
    assert len(groups(svg, "goal")) == len(goals)


def test_nothing_is_told_by_colour_alone() -> None:
    svg = parsed(cause((TO_WEB, stage(WEB, node("claims", "bucket"), certain=False))))
    words = [each.text for each in svg.iter(f"{SVG}text")]
    assert "cut: connects" in words and "connects (perhaps)" in words
    assert {"start", "server", "goal: bucket"} <= set(words)
    assert svg.get("role") == "img"
    assert svg.findtext(f"{SVG}title") == "Ways"
    assert svg.findtext(f"{SVG}desc") == "internet to web. web to claims."


def test_boxes_stand_apart_and_inside_the_picture() -> None:
    svg = parsed(cause(*((TO_WEB, stage(WEB, node(f"bucket-{n}", "bucket"))) for n in range(9))))
    boxes = [tuple(float(each.get(k, "")) for k in ("x", "y", "width", "height")) for each in svg.iter(f"{SVG}rect")]
    right, bottom = float(svg.get("width", "")), float(svg.get("height", ""))
    assert all(x >= 0 and x + w <= right and y >= 0 and y + h <= bottom for x, y, w, h in boxes)
    for number, (x, y, w, h) in enumerate(boxes):
        assert not any(abs(x - x2) < w and abs(y - y2) < h for x2, y2, _, _ in boxes[number + 1 :])


@pytest.mark.parametrize("kind", ["bucket", "account", "person", "admin", "internet", "thing", "unheard of"])
def test_a_hostile_name_stays_text(kind: str) -> None:
    text = str(drawn([cause((stage(INTERNET, node(ATTACKER, kind)),))], ATTACKER))
    svg = ElementTree.fromstring(text)
    tags = {each.tag.removeprefix(SVG) for each in svg.iter()}
    assert tags <= {"svg", "title", "desc", "g", "path", "rect", "circle", "text"}
    attributes = {name for each in svg.iter() for name in each.attrib}
    assert not [name for name in attributes if name.startswith("on") or "href" in name or name == "style"]
    assert not re.search("[\x1b\u202e]", text)


def test_a_long_name_is_cut_in_the_middle_and_whole_in_its_title() -> None:
    long = "halyard-mutual-claims-archive-2019"
    svg = parsed(cause((stage(INTERNET, node(long, "bucket")),)))
    assert long not in [each.text for each in svg.iter(f"{SVG}text")]
    assert any(long in (each.findtext(f"{SVG}title") or "") for each in groups(svg, "goal"))


def test_a_file_of_its_own_has_its_style_and_no_way_is_an_empty_picture() -> None:
    text = whole([cause((TO_WEB,))])
    assert text.startswith("<?xml") and "prefers-color-scheme: dark" in text
    ElementTree.fromstring(text)
    assert "<rect" not in whole([])
