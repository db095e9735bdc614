"""``aigc-guard policy``: what editors need while they write rules, each command in its own file."""

from __future__ import annotations

from collections.abc import Mapping

from aigc_guard.cli.commands import Commands, LaterGroup

PLACES: Mapping[str, str] = {
    "lint": "policy_lint:lint",
    "test": "policy_tests:run_tests",
    "lock": "policy_tests:lock",
    "explain": "policy_words:explain",
    "docs": "policy_words:docs",
    "show": "policy_words:show",
    "diff": "policy_words:diff",
    "activate": "policy_activate:activate",
    "history": "policy_activate:history",
    "replay": "policy_replay:replay",
    "suggest": "policy_suggest:suggest",
}
"""Where each command is written, in the order of the help."""


class PolicyCommands(LaterGroup):
    """Each is built when it is asked for: ``lint`` needs none of the others."""

    places = PLACES


app = Commands(cls=PolicyCommands)


@app.callback()
def policy() -> None:
    """Policy files."""
