"""One file per part of the console; each adds its routes to a gate that asks for a permission."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from aigc_guard.accounts import Permission
from aigc_guard.dashboard.gate import Gate, Rule
from aigc_guard.errors import Said


@dataclass(frozen=True, slots=True)
class Section:
    """A file of routes, and its entry in the navigation where it has one."""

    module: str
    label: Said | None = None
    path: str = ""
    needs: Permission = Permission.SEE

    @property
    def gate(self) -> Gate:
        """The file's routes."""
        gate = import_module(f"{__name__}.{self.module}").gate
        assert isinstance(gate, Gate)
        return gate


SECTIONS: tuple[Section, ...] = (
    Section("entry"),
    Section("health"),
)


def all_rules() -> list[Rule]:
    """What every route of the console asks for."""
    return [rule for section in SECTIONS for rule in section.gate.rules]
