"""Follows pictures through the source code: which function hands one to which, and where one is kept.

A value is a picture when it is a parameter annotated as one, comes out of a function that returns one, or is made of
one by an expression. Functions are found by their bare names, whatever object they are called on: that finds more
ways than there are, never fewer.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

PICTURES = ("Frame", "CameraFrame", "LiveLook")
"""Types that are or hold a picture."""
_PLAIN = (
    *("shape", "size", "at", "dtype", "ndim"),
    *("people", "ignored", "near_m", "looks_a_second", "detector", "present", "count", "told", "told_ago"),
)
"""What of a picture is no picture."""
_LIBRARIES = ("cv2", "np")
"""Their functions make pictures of pictures."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Handed:
    """A picture is given to ``to``, or is kept in it, by the function ``by`` of ``module``, at ``line``."""

    module: str
    by: str
    to: str
    line: int


@dataclass(frozen=True, slots=True)
class Flows:
    """Everything that was found.

    Attributes:
        handed: calls with a picture among their arguments, or of a picture's own methods.
        kept: attributes and module variables that a picture is put in.
        takers: names of all functions with a parameter for pictures, and of the classes that hold one.
        carriers: modules with a function through which pictures pass.
    """

    handed: tuple[Handed, ...]
    kept: tuple[Handed, ...]
    takers: frozenset[str]
    carriers: frozenset[str]


def follow(root: Path, packages: Sequence[str]) -> Flows:
    """Read all modules of ``packages`` under ``root`` that are in ``vision`` or import from it."""
    trees = {
        ".".join(path.relative_to(root).with_suffix("").parts): ast.parse(path.read_text(encoding="utf-8"))
        for package in packages
        for path in sorted((root / package).rglob("*.py"))
    }
    sighted = {
        module: tree for module, tree in trees.items() if module.startswith("vision") or _imports(tree)
    }
    functions = [(module, one) for module, tree in sighted.items() for one in _functions(tree)]
    givers = {one.name for _, one in functions if _is_picture(one.returns)}
    takers = {
        one.name for _, one in functions if any(_is_picture(arg.annotation) for arg in _parameters(one))
    }
    holders = {name for tree in sighted.values() for name in _holders(tree)}
    handed: list[Handed] = []
    kept: list[Handed] = []
    carriers: set[str] = set()
    for module, one in functions:
        walk = _Walk(module, one, givers)
        handed += walk.handed
        kept += walk.kept
        if walk.pictures:
            carriers.add(module)
    return Flows(tuple(handed), tuple(kept), frozenset(takers | holders), frozenset(carriers))


class _Walk:
    """One function."""

    def __init__(self, module: str, function: Function, givers: set[str]) -> None:
        self._module = module
        self._name = function.name
        self._givers = givers
        self.pictures = {arg.arg for arg in _parameters(function) if _is_picture(arg.annotation)}
        self.handed: list[Handed] = []
        self.kept: list[Handed] = []
        known = -1
        while known < len(self.pictures):
            known = len(self.pictures)
            for node in ast.walk(function):
                self._bind(node)
        for node in ast.walk(function):
            self._note(node)

    def _bind(self, node: ast.AST) -> None:
        for target, value in _bindings(node):
            if self._holds(value):
                for name in ast.walk(target):
                    if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store):
                        self.pictures.add(name.id)

    def _note(self, node: ast.AST) -> None:
        if isinstance(node, ast.Call):
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            own = isinstance(node.func, ast.Attribute) and self._holds(node.func.value)
            if own or any(self._holds(one) for one in given):
                self.handed.append(self._handed(ast.unparse(node.func), node))
        for target, value in _bindings(node):
            if isinstance(target, ast.Attribute) and self._holds(value):
                self.kept.append(self._handed(ast.unparse(target), node))

    def _handed(self, to: str, node: ast.AST) -> Handed:
        return Handed(self._module, self._name, to, getattr(node, "lineno", 0))

    def _holds(self, value: ast.expr) -> bool:
        """Whether an expression is, or may hold, a picture."""
        match value:
            case ast.Name():
                return value.id in self.pictures
            case ast.Attribute():
                return value.attr not in _PLAIN and self._holds(value.value)
            case ast.Call():
                return self._gives(value)
            case ast.Compare() | ast.Constant():
                return False
            case _:
                return any(
                    self._holds(one) for one in ast.iter_child_nodes(value) if isinstance(one, ast.expr)
                )

    def _gives(self, call: ast.Call) -> bool:
        name = _last(call.func)
        if name in self._givers:
            return True
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        if isinstance(call.func, ast.Attribute):
            if ast.unparse(call.func.value) in _LIBRARIES:
                return any(self._holds(one) for one in given)
            return self._holds(call.func.value)
        return name[:1].isupper() and any(self._holds(one) for one in given)


def _imports(tree: ast.Module) -> bool:
    """Whether a module imports anything of ``vision``."""
    return any(
        (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "vision")
        or (isinstance(node, ast.Import) and any(one.name.split(".")[0] == "vision" for one in node.names))
        for node in ast.walk(tree)
    )


def _functions(tree: ast.Module) -> Iterator[Function]:
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _holders(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        fields = node.body if isinstance(node, ast.ClassDef) else []
        if any(isinstance(one, ast.AnnAssign) and _is_picture(one.annotation) for one in fields):
            yield node.name  # type: ignore[union-attr]


def _parameters(function: Function) -> list[ast.arg]:
    return [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]


def _is_picture(annotation: ast.expr | None) -> bool:
    if annotation is None:
        return False
    names = {node.id for node in ast.walk(annotation) if isinstance(node, ast.Name)}
    return not names.isdisjoint(PICTURES) and "Callable" not in names


def _bindings(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    match node:
        case ast.Assign():
            yield from ((target, node.value) for target in node.targets)
        case ast.AnnAssign() | ast.NamedExpr() if node.value is not None:
            yield node.target, node.value
        case ast.For() | ast.comprehension():
            yield node.target, node.iter
        case ast.withitem() if node.optional_vars is not None:
            yield node.optional_vars, node.context_expr
        case _:
            pass


def _last(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
