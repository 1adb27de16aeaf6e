"""The ways an attacker would take, drawn: from left to right, from where they begin to what is stolen.

Ways that begin alike share their first steps. The step that is to be cut is struck through and says so; a dashed line
is not certain. Laws: nothing is told by colour alone; every name is escaped, inert and veiled, and whole in a title;
the drawing holds no style, no script and no reference of its own, so a page may forbid itself all of them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from markupsafe import Markup, escape

from orlop.findings.ways import Cause, Node, Stage, Way
from orlop.report.inert import inert, veiled

_BOX, _TALL, _GAP, _APART, _EDGE = 196, 50, 130, 16, 12
"""Sizes in pixels: a box's width and height, the room between columns and between rows, and the margin."""

_BEND = 48
_LONGEST = 17
_MOST_WAYS = 30


@dataclass
class _Spot:
    """One node of the drawing: where it stands, and by which step it is reached."""

    node: Node
    by: Stage | None = None
    next: "dict[str, _Spot]" = field(default_factory=dict[str, "_Spot"])
    goal: bool = False
    x: float = 0
    y: float = 0


def drawn(causes: Iterable[Cause], title: str) -> Markup:
    """Return the drawing of all ways of some causes, as one `svg` element; `title` is what it shows, in a sentence."""
    ways = [way for cause in causes for way in cause.ways][:_MOST_WAYS]
    roots = _trees(ways)
    height = _placed(roots)
    spots = [spot for root in roots for spot in _all(root)]
    width = max((spot.x for spot in spots), default=0) + _BOX + _EDGE
    label = Markup("<title>{}</title><desc>{}</desc>").format(_safe(title), _safe(_told(ways)))
    lines = Markup("").join(_line(spot, after) for spot in spots for after in spot.next.values())
    boxes = Markup("").join(_box(spot) for spot in spots)
    opening = Markup('<svg class="ways" role="img" xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" ')
    frame = Markup('viewBox="0 0 {0} {1}">')
    size = _numbers(width, height)
    return opening.format(*size) + frame.format(*size) + label + lines + boxes + Markup("</svg>")


def whole(causes: Sequence[Cause]) -> str:
    """Return one drawing as a file of its own, with its style."""
    picture = str(drawn(causes, "The ways an attacker would take"))
    head, end, rest = picture.partition("</desc>")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}{end}<style>{style()}{_ALONE}</style>{rest}\n'


@cache
def style() -> str:
    """Return the style sheet of drawings."""
    return files("orlop.report").joinpath("picture.css").read_text("utf-8")


_ALONE = """
svg { background: #fcfbf9; padding: 12px; }
@media (prefers-color-scheme: dark) {
  svg { background: #131619; --card: #1a1e22; --ink: #e9e7e2; --soft: #a6abb2; --line: #2d3339; --tint: #1f2429;
    --critical: #ff959b; }
}
"""


def _trees(ways: Iterable[Way]) -> list[_Spot]:
    """Join ways where they begin alike."""
    roots: dict[str, _Spot] = {}
    for way in ways:
        first = way.stages[0].start
        here = roots.setdefault(first.id, _Spot(first))
        for stage in way.stages:
            here = here.next.setdefault(stage.end.id, _Spot(stage.end, stage))
            if stage.cut and here.by and not here.by.cut:
                here.by = stage
        here.goal = True
    return list(roots.values())


def _placed(roots: Iterable[_Spot]) -> float:
    """Give each node its place: ends below one another, all others midway between what follows. Return the height."""
    bottom = float(_EDGE)
    for root in roots:
        bottom = _place(root, 0, bottom)
    return bottom - _APART + _EDGE


def _place(spot: _Spot, depth: int, top: float) -> float:
    spot.x = _EDGE + depth * (_BOX + _GAP)
    after = list(spot.next.values())
    if not after:
        spot.y = top
        return top + _TALL + _APART
    for each in after:
        top = _place(each, depth + 1, top)
    spot.y = (after[0].y + after[-1].y) / 2
    return top


def _all(spot: _Spot) -> Iterator[_Spot]:
    yield spot
    for each in spot.next.values():
        yield from _all(each)


def _line(start: _Spot, end: _Spot) -> Markup:
    stage = end.by
    if stage is None:
        return Markup("")
    x0, y0, x1, y1 = start.x + _BOX, start.y + _TALL / 2, end.x - 7, end.y + _TALL / 2
    level = x0 + _BEND
    kinds = " ".join(kind for kind, is_so in (("cut", stage.cut), ("unsure", not stage.certain)) if is_so)
    by = ("cut: " if stage.cut else "") + _BY.get(stage.by, stage.by)
    parts = [
        Markup('<g class="step {}"><title>{}</title>').format(kinds, _safe(stage.says)),
        Markup('<path class="line" d="M{} {}C{} {} {} {} {} {}H{}"/>').format(
            *_numbers(x0, y0, x0 + _BEND * 0.7, y0, x0 + _BEND * 0.3, y1, level, y1, x1)
        ),
        Markup('<path class="tip" d="M{} {}l-8 -4.5v9z"/>').format(*_numbers(x1 + 6, y1)),
        _struck(level + 3, y1) if stage.cut else Markup(""),
        _caption(by + ("" if stage.certain else " (perhaps)"), x1 - 2, y1 - (12 if stage.cut else 7)),
        Markup("</g>"),
    ]
    return Markup("").join(parts)


def _caption(words: str, x: float, y: float) -> Markup:
    return Markup('<text class="by" x="{}" y="{}">{}</text>').format(*_numbers(x, y), _safe(words))


def _struck(x: float, y: float) -> Markup:
    """Return the sign that a line is to be cut here."""
    circle = Markup('<circle class="scissors" cx="{}" cy="{}" r="9"/>').format(*_numbers(x, y))
    strokes = Markup('<path class="strokes" d="M{0} {2}l3 -8M{1} {2}l3 -8"/>')
    return circle + strokes.format(*_numbers(x - 4.5, x + 1.5, y + 4))


def _box(spot: _Spot) -> Markup:
    node, x, y = spot.node, spot.x, spot.y
    place = "start" if spot.by is None else "goal" if spot.goal else ""
    name, kind = _words(node)
    said = ": ".join(word for word in (place, kind) if word)
    full = f"{node.name} ({node.id})" if node.id != node.name else node.name
    parts = (
        Markup('<g class="node {}"><title>{}</title>').format(place, _safe(full)),
        Markup('<rect class="box" x="{}" y="{}" width="{}" height="{}" rx="9"/>').format(*_numbers(x, y, _BOX, _TALL)),
        Markup('<path class="sign" transform="translate({} {})" d="{}"/>').format(
            *_numbers(x + 11, y + 15), _SIGNS.get(node.kind, _SIGNS["thing"])
        ),
        Markup('<text class="name" x="{}" y="{}">{}</text>').format(*_numbers(x + 40, y + 21), _safe(_short(name))),
        Markup('<text class="kind" x="{}" y="{}">{}</text>').format(*_numbers(x + 40, y + 38), _safe(said)),
        Markup("</g>"),
    )
    return Markup("").join(parts)


def _numbers(*numbers: float) -> tuple[str, ...]:
    return tuple(f"{number:g}" for number in numbers)


def _short(name: str) -> str:
    """Return a name that fits a box: what is left out is in the middle, where names differ least."""
    name = inert(veiled(name))
    if len(name) <= _LONGEST:
        return name
    head = (_LONGEST - 1) // 2
    return f"{name[:head]}\u2026{name[-(_LONGEST - 1 - head) :]}"


def _safe(text: str) -> Markup:
    return escape(inert(veiled(text)))


def _told(ways: Iterable[Way]) -> str:
    """Return the drawing in words, for who does not see it."""
    return " ".join(" ".join(stage.says for stage in way.stages) for way in ways)


_BY = {
    "network": "connects",
    "role of a server": "takes its role",
    "role of a function": "takes its role",
    "open to everyone": "is open",
    "taking on a role": "takes it on",
    "winning rights": "wins its rights",
    "access to data": "reads",
    "a shell by AWS's own means": "gets a shell",
    "every right": "wins all rights",
}
"""What a step does, in a word or two."""


def _words(node: Node) -> tuple[str, str]:
    """Return what stands in a box: a name, and below it what kind of thing it is."""
    first, _, rest = node.name.partition(" ")
    match node.kind:
        case "internet" | "thing":
            return node.name, ""
        case "account":
            return rest, "another account"
        case "person":
            return (first, "any AWS account") if first == "anyone" else (rest, "a sign-in")
        case "admin":
            return "every right", node.name.removeprefix("every right in account ")
        case _:
            return node.name, node.kind


_SIGNS = {
    "internet": "M10 0a10 10 0 1 0 .1 0M0 10h20M10 0c-6 6-6 14 0 20M10 0c6 6 6 14 0 20",
    "person": "M10 1a4.5 4.5 0 1 0 .1 0M1 20c1-7 5-9 9-9s8 2 9 9",
    "user": "M10 1a4.5 4.5 0 1 0 .1 0M1 20c1-7 5-9 9-9s8 2 9 9",
    "account": "M2 20V5l8-5 8 5v15zM6 8h2M12 8h2M6 12h2M12 12h2M8 20v-4h4v4",
    "server": "M1 2h18v6H1zM1 12h18v6H1zM4 5h.1M4 15h.1M8 5h7M8 15h7",
    "function": "M4 1c4-1 4 3 6 8s3 10 7 9M9 9l-6 10",
    "role": "M10 0l8 3v7c0 5-4 8-8 10-4-2-8-5-8-10V3zM6 10l3 3 5-6",
    "bucket": "M1 4l3 15h12l3-15M1 4a9 3 0 1 0 18 0 9 3 0 1 0-18 0",
    "database": "M1 4v12c0 4 18 4 18 0V4M1 4a9 3.2 0 1 0 18 0 9 3.2 0 1 0-18 0M1 10c0 4 18 4 18 0",
    "snapshot": "M1 5h13v14H1zM5 5V1h14v14h-5",
    "secret": "M6 7a5 5 0 1 0 .1 0M10 9L19 1M15 4l3 3M6 12h.1",
    "admin": "M1 17L0 5l6 5 4-8 4 8 6-5-1 12zM2 20h16",
    "thing": "M2 2h16v16H2z",
}
"""The outline of each kind of node, in a square of 20."""
