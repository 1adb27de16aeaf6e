"""All requests that some policies can tell apart, laid out in dimensions: caller, action, resource, condition keys.

Each dimension is a list of classes, each statement a box (`boxes`), and questions about policies become questions about
boxes. What a box holds can be made a request again (`Space.requests`), which the evaluator then confirms.

Laws: whatever a policy allows lies in its region; a request that is made from a region and that the evaluator confirms
is a witness. So "nothing" is certain, and so is "this", and what is neither is unknown.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial, reduce
from itertools import islice, product
from typing import Generic, TypeVar

from orlop.reason.access import catalogue
from orlop.reason.access.boxes import Box, Region
from orlop.reason.access.clauses import Clause, naming
from orlop.reason.access.languages import Classes, TooIntricate, action_classes
from orlop.reason.access.operators import Test, holds
from orlop.reason.access.request import Context, Request, Value
from orlop.reason.access.templates import ONE, RUN, Template, Variable, captured, matches, template
from orlop.reason.access.truth import Depends
from orlop.reason.access.values import Choice, Element, choices, met, over, texts
from orlop.reason.access.who import TELLING, Who, everybody

T = TypeVar("T")

MOST_TRIES = 64
"""How many requests of a box are tried before its answer is left unknown."""


class Dimension(Generic[T]):
    """Classes, each with one that stands for it, and for each thing that was asked which classes it holds for."""

    def __init__(
        self,
        candidates: Iterable[T],
        asked: Mapping[object, Callable[[T], bool]],
        kind: Callable[[T], object] | None = None,
    ) -> None:
        """Join the candidates of which all questions have the same answers; the first one stands for them.

        Those of which `kind` is not the same are never joined.
        """
        found: dict[tuple[object, ...], T] = {}
        for each in candidates:
            found.setdefault((*(ask(each) for ask in asked.values()), kind and kind(each)), each)
        self.stands = tuple(found.values())
        self.whole = (1 << len(self.stands)) - 1
        self._masks: dict[object, int] = {
            name: sum(1 << at for at, answers in enumerate(found) if answers[n]) for n, name in enumerate(asked)
        }

    @staticmethod
    def of_classes(classes: Classes, patterns: Sequence[str]) -> "Dimension[str]":
        """Return the dimension of texts whose classes are known already: which patterns each matches."""
        made: Dimension[str] = Dimension((), {})
        made.stands = tuple(text for _, text in classes)
        made.whole = (1 << len(made.stands)) - 1
        made._masks = {
            pattern: sum(1 << at for at, (bits, _) in enumerate(classes) if bits >> n & 1)
            for n, pattern in enumerate(patterns)
        }
        return made

    def of(self, name: object) -> int:
        """Return the classes for which a question was answered with yes."""
        return self._masks[name]

    def any_of(self, names: Iterable[object], *, negated: bool = False) -> int:
        """Return the classes for which any question was answered with yes; or, negated, none."""
        held = reduce(int.__or__, (self._masks[name] for name in names), 0)
        return self.whole & ~held if negated else held

    def where(self, holds: Callable[[T], bool]) -> int:
        """Return the classes whose standing one has a property."""
        return sum(1 << at for at, each in enumerate(self.stands) if holds(each))

    def chosen(self, mask: int) -> Iterator[T]:
        """Yield those who stand for the classes of a mask."""
        return (each for at, each in enumerate(self.stands) if mask >> at & 1)


class Space:
    """The dimensions of some clauses. `accounts` are those whose users and roles may call besides the named ones.

    `actions` (patterns in lower case) and `resources` are told apart besides those of the clauses. For a condition key,
    `apart` are more patterns (or ranges) to tell apart. `asks` are questions of one's own, by name and key, to which
    `Space.asked` answers. `exact` is False where resources are named in so many ways that only some of them are looked
    at: then what is found counts, and what is not found is unknown. Raises: TooIntricate.
    """

    def __init__(
        self,
        clauses: Sequence[Clause],
        *,
        accounts: Sequence[str] = (),
        actions: Sequence[str] = (),
        resources: Sequence[Template] = (),
        apart: Mapping[str, Sequence[str]] | None = None,
        asks: Mapping[str, Mapping[str, Callable[[Choice], bool]]] | None = None,
    ) -> None:
        """Find the classes of each dimension."""
        self._clauses = clauses
        tests = tuple(dict.fromkeys(test for clause in clauses for test in clause.tests))
        telling = [test for test in tests if test.key in TELLING]
        self.callers = Dimension(everybody(clauses, telling, accounts), _about_callers(clauses, telling), _kind)
        self._patterns = tuple(dict.fromkeys((*(p for clause in clauses for p in clause.actions), *actions)))
        self.actions = Dimension.of_classes(action_classes(self._patterns), self._patterns)
        self._templates = tuple(dict.fromkeys((*(each for clause in clauses for each in clause.resources), *resources)))
        denied = (each for clause in clauses if clause.statement.not_resources for each in clause.varied)
        self.resources, self.exact = _of_resources(self._templates, tuple(dict.fromkeys(denied)))
        keys = dict.fromkeys(test.key for test in tests if test.key not in TELLING)
        self._asks = asks or {}
        self.keys = {key: _of_key(key, tests, (apart or {}).get(key, ()), self._asks) for key in keys}

    @property
    def whole(self) -> Box:
        """Every request."""
        return tuple(each.whole for each in (self.callers, self.actions, self.resources, *self.keys.values()))

    def box(self, clause: Clause) -> Box:
        """Return the box of a clause: the requests that it speaks of. It may be empty in a dimension."""
        said = clause.statement
        callers = self.callers.whole
        if said.principals or said.not_principals:
            callers = self.callers.of((said.principals, said.not_principals, said.effect))
        keys = {key: dimension.whole for key, dimension in self.keys.items()}
        for test in clause.tests:
            if test.key in TELLING:
                callers &= self.callers.of(test)
            else:
                keys[test.key] &= self.keys[test.key].of(test)
        actions = self.actions.any_of(clause.actions, negated=bool(said.not_actions))
        resources = self.resources.whole
        if clause.resources:
            void = map(_Void, clause.varied) if said.not_resources else ()
            resources = self.resources.any_of((*clause.resources, *void), negated=bool(said.not_resources))
        return (callers, actions, resources, *keys.values())

    def boxes(self, clauses: Iterable[Clause]) -> list[Box]:
        """Return the boxes of clauses, without the empty ones."""
        return [box for clause in clauses if all(box := self.box(clause))]

    def knows(self, name: str) -> bool:
        """Whether `asks` has questions of this name."""
        return name in self._asks

    def asked(self, callers: int, *, by: str, action: str = "", resource: Template | None = None) -> Box:
        """Return the box of every request by some callers whose keys all answer the questions `by` with yes.

        `""`: there are no questions. `action` and `resource` must be among those to be told apart.
        """
        keys = (dimension.of(_Asked(by)) if by else dimension.whole for dimension in self.keys.values())
        actions = self.actions.of(action) if action else self.actions.whole
        return (callers, actions, self.resources.of(resource) if resource else self.resources.whole, *keys)

    def actions_like(self, pattern: str) -> int:
        """Return the classes that hold some action of a pattern (`s3:Get*`), in any case."""
        wanted = template(pattern.lower(), wild=True, variables=False).pattern or ""
        at = 1 << len(self._patterns)
        known = {_bits(self._patterns, text): 1 << n for n, text in enumerate(self.actions.stands)}
        try:
            found = [bits for bits, _ in action_classes((*self._patterns, wanted)) if bits & at]
        except TooIntricate:
            return self.actions.whole
        return reduce(int.__or__, (known.get(bits & ~at, self.actions.whole) for bits in found), 0)

    def resources_like(self, pattern: str) -> int:
        """Return the classes that hold some resource of a pattern (`arn:aws:s3:::claims/*`)."""
        wanted = template(pattern, wild=True, variables=False)
        if wanted.pattern == RUN or not self._templates:
            return self.resources.whole
        known = {self._named_by(each): 1 << n for n, each in enumerate(self.resources.stands)}
        try:
            found = [each for each in texts([*self._templates, wanted], arn=True) if _means(wanted, each)]
        except TooIntricate:
            return self.resources.whole
        return reduce(int.__or__, (known.get(self._named_by(each), self.resources.whole) for each in found), 0)

    def _named_by(self, element: Element) -> tuple[bool, ...]:
        return tuple(_means(each, element) for each in self._templates)

    def witness(self, region: Region, holds: Callable[[Request], bool]) -> Request | None:
        """Return a request of a region for which something holds, with an action that AWS knows if there is one."""
        for box in region:
            for request in self.requests(box):
                if holds(request):
                    return next(real for real in self.real(request) if holds(real))
        return None

    def requests(self, box: Box, owner: str = "") -> Iterator[Request]:
        """Yield requests of a box, some of each class of it, at most `MOST_TRIES`."""
        whom, what, on, *rest = box
        callers, actions = list(self.callers.chosen(whom)), list(self.actions.chosen(what))
        resources = list(self.resources.chosen(on))
        held = [list(key.chosen(mask)) for key, mask in zip(self.keys.values(), rest, strict=True)]
        tries = ((*first, keys) for first in product(callers, actions, resources) for keys in product(*held))
        for who, action, resource, keys in islice(tries, MOST_TRIES):
            yield self._request(who, action, resource, dict(zip(self.keys, keys, strict=True)), owner)

    def real(self, request: Request) -> Iterator[Request]:
        """Yield a request with actions that AWS knows instead of one that only stands for its class; then as it is."""
        bits = self._actions_of(request.action)
        prefix = request.action.partition(":")[0]
        for service in (prefix,) if catalogue.service(prefix).actions else _FAMILIAR:
            for name, each in catalogue.service(service).actions.items():
                if self._actions_of(f"{service}:{name}") == bits:
                    yield replace(request, action=each.name)
                    break
        yield request

    def _actions_of(self, action: str) -> int:
        return _bits(self._patterns, action)

    def _request(self, who: Who, action: str, resource: Element, keys: Mapping[str, Choice], owner: str) -> Request:
        known: dict[str, Value | None] = {key: choice.value for key, choice in keys.items()}
        known |= {key: who.key(key).value for key in TELLING}
        for key, choice in keys.items():
            for each in choice.elements or ():
                for variable in (v for text in each.holding if (v := self._alone.get(text)) and v in known):
                    known[key] = known[variable]  # the key holds what the caller's own key does
        held = [resource, *(each for choice in keys.values() for each in choice.elements or ())]
        for key, value in self._variables(held):
            known.setdefault(key, value)
        context = Context(known)
        return Request(action=action, caller=who.caller, resource=resource.text, owner=owner, context=context)

    def _variables(self, elements: Iterable[Element]) -> Iterator[tuple[str, str]]:
        """Yield what the variables must hold for the elements to be what they are taken for; then something else."""
        templates = {each.text: each for each in self._varied()}
        missing: set[str] = set()
        for element in elements:
            missing |= {variable.key for text in element.void for variable in templates[text].variables}
            for text in element.holding:
                yield from captured(templates[text], element.text).items()
        for each in templates.values():
            for variable in each.variables:
                if variable.key not in missing:
                    yield variable.key, "someone-else"

    @cached_property
    def _alone(self) -> dict[str, str]:
        """The texts that are one variable and nothing else, and its key."""
        return {
            each.text: part.key
            for each in self._varied()
            for part in each.parts[:1]
            if len(each.parts) == 1 and isinstance(part, Variable)
        }

    def _varied(self) -> Iterator[Template]:
        for clause in self._clauses:
            for each in (*clause.resources, *(value for test in clause.tests for value in test.values)):
                if each.pattern is None:
                    yield each


@dataclass(frozen=True, slots=True)
class _Void:
    """Whether a text with variables is void: the request has no value for one of them."""

    template: Template


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question of one's own, by its name."""

    name: str


_FAMILIAR = ("s3", "ec2", "iam", "kms", "sts", "lambda", "dynamodb", "rds", "sqs", "sns", "secretsmanager", "ssm")
"""Services whose actions a reader knows, where any will do."""


def _bits(patterns: Iterable[str], text: str) -> int:
    return sum(1 << at for at, pattern in enumerate(patterns) if matches(pattern, text))


def _about_callers(clauses: Sequence[Clause], tests: Sequence[Test]) -> dict[object, Callable[[Who], bool]]:
    asked: dict[object, Callable[[Who], bool]] = {test: partial(_tells, test) for test in tests}
    for clause in clauses:
        said = clause.statement
        if said.principals or said.not_principals:
            asked[said.principals, said.not_principals, said.effect] = partial(_names, clause)
    return asked


def _kind(who: Who) -> object:
    return (who.caller.sort, who.caller.account)


def _names(clause: Clause, who: Who) -> bool:
    return naming(clause, who.caller) is not None


def _tells(test: Test, who: Who) -> bool:
    """Whether a test of a telling key is met; a variable in it must be another such key."""
    said = holds(test, Context({key: who.key(key).value for key in TELLING}, rest_missing=False))
    if isinstance(said, Depends):
        raise TooIntricate
    return said


def _of_resources(templates: Sequence[Template], voidable: Sequence[Template]) -> tuple[Dimension[Element], bool]:
    asked: dict[object, Callable[[Element], bool]] = {each: partial(_means, each) for each in templates}
    asked |= {_Void(each): partial(_is_void, each) for each in voidable}
    try:
        return Dimension(texts(templates, arn=True, voidable=[each.text for each in voidable]), asked), True
    except TooIntricate:
        some = (over(each).replace(RUN, fill).replace(ONE, "x") for each in templates for fill in ("", "x", "*"))
        varied = frozenset(each.text for each in templates if each.pattern is None)
        return Dimension(
            (Element(text, held) for text in ("*", *some) for held in (varied, frozenset[str]())), asked
        ), False


def _of_key(
    key: str, tests: Sequence[Test], apart: Sequence[str], asks: Mapping[str, Mapping[str, Callable[[Choice], bool]]]
) -> Dimension[Choice]:
    own = [test for test in tests if test.key == key]
    asked: dict[object, Callable[[Choice], bool]] = {test: partial(met, test) for test in own}
    asked |= {_Asked(name): questions.get(key, _anything) for name, questions in asks.items()}
    return Dimension(choices(own, also=apart), asked)


def _anything(choice: Choice) -> bool:
    return True


def _is_void(template: Template, element: Element) -> bool:
    return template.text in element.void


def _means(template: Template, element: Element) -> bool:
    if template.pattern is None:
        return template.text in element.holding
    return matches(template.pattern, element.text, arn=True)
