"""The permissions table as Markdown, made from the rules: ``python -m aigc_guard.dashboard.table``
writes it into docs/console.md, and a test compares."""

from __future__ import annotations

from pathlib import Path

from aigc_guard.accounts import GRANTS, Permission, Role
from aigc_guard.dashboard.routes import all_rules

BEGIN, END = "<!-- permissions -->", "<!-- /permissions -->"
PLACE = Path(__file__).resolve().parents[2] / "docs" / "console.md"


def document() -> str:
    """What each role may do, then what each route asks for."""
    roles = list(Role)
    head = "| permission | " + " | ".join(roles) + " |"
    lines = [head, "|---" * (len(roles) + 1) + "|"]
    for permission in Permission:
        marks = ["yes" if role in GRANTS[permission] else "" for role in roles]
        lines.append(f"| `{permission}` | " + " | ".join(marks) + " |")
    lines += ["", "| route | asks for | an API key's scope |", "|---|---|---|"]
    for rule in sorted(all_rules(), key=lambda one: (one.path, one.method)):
        scope = f"`{rule.scope}`" if rule.scope else ""
        lines.append(f"| `{rule.method} {rule.path}` | {_needs(str(rule.needs))} | {scope} |")
    return "\n".join(lines)


def _needs(name: str) -> str:
    return "nothing" if name == "open" else f"`{name}`"


def updated(text: str) -> str:
    """A page's text with the table as it is now."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{document()}\n{END}{after}"


if __name__ == "__main__":
    PLACE.write_text(updated(PLACE.read_text(encoding="utf-8")), encoding="utf-8")
