"""The settings a project folder may make: name, type, default and meaning, in one table.

``docs``, ``doctor``, the environment variables and the error messages are all made from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

ENV_PREFIX = "AIGC_GUARD_"

Type = Literal[
    "path",
    "paths",
    "text",
    "texts",
    "language",
    "int",
    "number",
    "store",
    "table",
    "tables",
    "lists",
]


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. ``name`` is dotted; a ``table`` maps free keys to texts, ``tables`` one deeper,
    ``lists`` to lists of texts.

    ``low`` and ``high`` bound numbers, both inclusive.
    """

    name: str
    type: Type
    default: Any
    meaning: str
    low: float | None = None
    high: float | None = None

    @property
    def variable(self) -> str:
        """The environment variable that overrides it (tables: with ``__KEY`` appended)."""
        return ENV_PREFIX + self.name.replace(".", "__").upper()


SETTINGS: tuple[Setting, ...] = (
    Setting("policies", "path", "policies", "folder of the policy files"),
    Setting("kinds", "path", "kinds", "folder of the content kinds"),
    Setting("models", "path", "models", "folder of models.lock and the model folders"),
    Setting("briefs", "paths", ("briefs",), "brief files or folders for `run` without arguments"),
    Setting("store", "store", "sqlite:///state/aigc_guard.db", "SQLAlchemy URL of the store"),
    Setting("outbox", "path", "outbox", "where releases are published"),
    Setting("reports", "path", "reports", "where a run leaves its report"),
    Setting("quarantine", "path", "quarantine", "where bad brief rows go (readable by you only)"),
    Setting("keys", "path", "state/keys", "the installation's keys (readable by you only)"),
    Setting("signing", "text", "files", "who signs: files of `keys`, or a package's name"),
    Setting(
        "c2pa.timestamp",
        "text",
        "",
        "URL of the RFC 3161 authority that states the time in content credentials",
    ),
    Setting("c2pa.timestamp_roots", "paths", (), "its root certificates (PEM files)"),
    Setting(
        "log.copies",
        "paths",
        ("state/checkpoints",),
        "folders that get a copy of each signed checkpoint; best on another machine",
    ),
    Setting("language", "language", "en", "language of reports and messages: en or zh"),
    Setting("seed", "int", 0, "seed of every random choice of the writers", 0, 2**53 - 1),
    Setting("allowed_hosts", "texts", (), "hosts that may be reached; none means offline"),
    Setting(
        "writers",
        "tables",
        {},
        "writer per kind and language: the name of a models.lock entry",
    ),
    Setting(
        "guards",
        "table",
        {"en": "guard-en", "zh": "guard-zh"},
        "guard model per language: the name of a models.lock entry",
    ),
    Setting("people", "lists", {}, "names per role that the policies' approvals name"),
    Setting("fonts", "paths", (), "fonts for PDF, before the system's: files or folders"),
    Setting("labels.content_producer", "text", "", "your producer code for China's metadata label"),
    Setting("limits.check_seconds", "number", 120, "time for one check on one batch", 1, 86400),
    Setting("limits.batch_size", "int", 32, "drafts written and measured together", 1, 4096),
    Setting("limits.candidates", "int", 8, "texts sampled per brief, the best is kept", 1, 256),
    Setting("limits.attempts", "int", 3, "most attempts per brief, whatever a policy asks", 1, 20),
    Setting(
        "limits.max_cell_chars", "int", 200_000, "longest cell of a brief file", 100, 10_000_000
    ),
    Setting(
        "limits.max_text_chars", "int", 2_000_000, "longest text to be judged", 100, 100_000_000
    ),
    Setting(
        "limits.server_seconds", "number", 120, "time for one answer of a model server", 1, 86400
    ),
    Setting("notify.file", "path", "", "file that gets a line when drafts wait or an audit fails"),
    Setting("notify.webhook", "text", "", "URL told the same; its host must be allowed"),
    Setting(
        "notify.waiting_hours", "number", 24, "a draft waiting longer than this is told", 0, 8760
    ),
    Setting(
        "retention.quarantine_days", "int", 90, "keep quarantined rows this long, 0: always", 0
    ),
    Setting(
        "review.grace_minutes",
        "number",
        5,
        "how long the approval of somebody signed in can be undone before it is published",
        0,
        1440,
    ),
    Setting(
        "review.lease_minutes",
        "number",
        15,
        "how long a claimed draft is one reviewer's without a sign of them",
        1,
        1440,
    ),
    Setting(
        "review.second_near",
        "number",
        0.1,
        "share of the releases just under a limit that somebody reads a second time, blind",
        0,
        1,
    ),
    Setting(
        "review.second_random",
        "number",
        0.02,
        "share of all releases that somebody reads a second time, blind",
        0,
        1,
    ),
    Setting(
        "console.url", "text", "", "where people open the console: notices and Prefect link to it"
    ),
    Setting("console.hosts", "texts", (), "host names the console is reached by besides localhost"),
    Setting(
        "console.proxies",
        "texts",
        (),
        "addresses of proxies that are believed about who sent a request",
    ),
    Setting("console.upload_mib", "int", 16, "largest brief file somebody may upload", 1, 1024),
    Setting(
        "console.oidc_issuer",
        "text",
        "",
        "OpenID Connect issuer people may sign in through; its host must be allowed",
    ),
    Setting("console.oidc_client", "text", "", "this console's client id at that issuer"),
    Setting("console.oidc_secret", "path", "", "file with its secret; none for a public client"),
    Setting(
        "console.prefect_api",
        "text",
        "",
        "API of the Prefect server that runs are started at; none: as commands on this machine",
    ),
    Setting("console.prefect_ui", "text", "", "where people open that server's pages"),
    Setting("retention.report_days", "int", 0, "keep run reports this long, 0: always", 0),
)

BY_NAME: Mapping[str, Setting] = {setting.name: setting for setting in SETTINGS}


def setting_for(name: str) -> Setting | None:
    """The setting a dotted key belongs to, also inside a free table (``writers.news.en``)."""
    if name in BY_NAME:
        return BY_NAME[name]
    parts = name.split(".")
    depths = {"table": 2, "tables": 3, "lists": 2}
    setting = BY_NAME.get(parts[0])
    if setting and depths.get(setting.type) == len(parts):
        return setting
    return None


def document() -> str:
    """Every setting as a Markdown table; ``docs/configuration.md`` holds it."""
    lines = ["| setting | default | meaning | environment variable |", "|---|---|---|---|"]
    for setting in SETTINGS:
        places = {"table": "__LANGUAGE", "tables": "__KIND__LANGUAGE", "lists": "__ROLE"}
        extra = places.get(setting.type, "")
        lines.append(
            f"| `{setting.name}` | {_shown(setting)} | {setting.meaning} | "
            f"`{setting.variable}{extra}` |"
        )
    return "\n".join(lines)


def _shown(setting: Setting) -> str:
    value = setting.default
    if isinstance(value, Mapping):
        value = ", ".join(f"{key}: {item}" for key, item in value.items())
    elif isinstance(value, tuple):
        value = ", ".join(value)
    return f"`{value}`" if value != "" else "none"
