"""The source of the rules, read as text: which changes a rule makes, and which sentences it can say."""

import ast
import inspect
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any, TypeVar, get_origin, get_type_hints

from orlop.rules.rule import AnyRule

T = TypeVar("T")


def modules(package: ModuleType) -> Iterator[ModuleType]:
    """Every module directly in a package, without the tests beside them."""
    for found in pkgutil.iter_modules(package.__path__):
        if not found.name.endswith("_test"):
            yield import_module(f"{package.__name__}.{found.name}")


def written_in(module: ModuleType, kind: type[T]) -> list[T]:
    """The values of a kind (rules, collectors, writers) that stand in a module under some name."""
    return [value for value in vars(module).values() if isinstance(value, get_origin(kind) or kind)]


@dataclass(frozen=True, slots=True)
class Changes:
    """One `change(x, "setting", ...)` in the source of a rule. `kind` is None where `x` has no annotation."""

    kind: str | None
    setting: str


@cache
def functions(module: ModuleType) -> dict[str, ast.FunctionDef]:
    """The functions at the top of a module, by name."""
    tree = ast.parse(inspect.getsource(module))
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


def module_of(rule: AnyRule) -> ModuleType:
    """The module in which a rule stands."""
    return import_module(rule.check.__module__)


def reached(rule: AnyRule) -> list[ast.FunctionDef]:
    """A rule's function and those of its module that it calls, however far down."""
    known = functions(module_of(rule))
    names, found = [rule.check.__name__], list[ast.FunctionDef]()
    while names:
        name = names.pop()
        if name in known and known[name] not in found:
            found.append(known[name])
            names += [node.id for node in ast.walk(known[name]) if isinstance(node, ast.Name)]
    return found


def changes(rule: AnyRule) -> list[Changes]:
    """Every change that a rule offers."""
    module = module_of(rule)
    return [
        _change(module, function, call)
        for function in reached(rule)
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "change"
    ]


def _change(module: ModuleType, function: ast.FunctionDef, call: ast.Call) -> Changes:
    setting = call.args[1]
    assert isinstance(setting, ast.Constant), f"{function.name}: the setting must be a literal"
    about = call.args[0]
    made: Any = getattr(module, function.name)
    hints = get_type_hints(getattr(made, "check", made))
    kind = hints.get(about.id) if isinstance(about, ast.Name) else None
    return Changes(getattr(kind, "KIND", None), str(setting.value))


def sayings(module: ModuleType) -> Iterator[tuple[str, str]]:
    """Every text that a rule can give as its reason, with the function it stands in. `{...}` stands for a value."""
    for function in functions(module).values():
        for call in ast.walk(function):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ("Pass", "Fail"):
                yield from ((function.name, text) for argument in call.args[:1] for text in _texts(argument))


def _texts(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(str(p.value) if isinstance(p, ast.Constant) else "{}" for p in parts)
        case ast.IfExp(body=body, orelse=orelse):
            yield from _texts(body)
            yield from _texts(orelse)
        case ast.BinOp(left=left, right=right):
            yield from _texts(left)
            yield from _texts(right)
        case _:
            pass
