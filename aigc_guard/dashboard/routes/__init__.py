"""One file per part of the console; each adds its routes to a gate that asks for a permission.

A part is found by lying here: a module with ``gate`` and, where it stands in the navigation,
``section``. Its template, style sheet and tests are files of its own, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from aigc_guard.accounts import Permission
from aigc_guard.dashboard.gate import Gate, Rule
from aigc_guard.errors import Said


@dataclass(frozen=True, slots=True)
class Section:
    """An entry of the navigation.

    ``order`` is its place from left to right, ``key`` the letter that leads there after ``g``,
    ``count`` the name of a number in ``/api/v1/counts`` that is shown beside it.
    """

    label: Said
    path: str
    needs: Permission
    order: int
    key: str = ""
    count: str = ""


@cache
def gates() -> dict[str, Gate]:
    """Every part's routes, by the part's name. Raises RuntimeError for a part without a gate."""
    found = {}
    for part in sorted(one.name for one in iter_modules(__path__)):
        gate = getattr(import_module(f"{__name__}.{part}"), "gate", None)
        if not isinstance(gate, Gate):
            raise RuntimeError(f"no gate in {part}")
        found[part] = gate
    return found


@cache
def sections() -> tuple[Section, ...]:
    """The navigation from left to right."""
    modules = [import_module(f"{__name__}.{part}") for part in gates()]
    found = [one.section for one in modules if hasattr(one, "section")]
    return tuple(sorted(found, key=lambda one: (one.order, one.path)))


def all_rules() -> list[Rule]:
    """What every route of the console asks for."""
    return [rule for gate in gates().values() for rule in gate.rules]
