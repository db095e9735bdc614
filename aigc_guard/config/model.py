"""The configuration as a frozen record, every path absolute and every origin known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on work and size; seconds and characters."""

    check_seconds: float
    batch_size: int
    candidates: int
    attempts: int
    max_cell_chars: int
    max_text_chars: int
    server_seconds: float


@dataclass(frozen=True, slots=True)
class Notify:
    """Who is told when drafts wait or an audit fails; None and "" mean nobody."""

    file: Path | None
    webhook: str
    waiting_hours: float


@dataclass(frozen=True, slots=True)
class Retention:
    """How long what a run leaves is kept, in days; 0 keeps it for good."""

    quarantine_days: int
    report_days: int


@dataclass(frozen=True, slots=True)
class LabelSettings:
    """What only the operator can put on a release; empty until there is one."""

    content_producer: str = ""


@dataclass(frozen=True, slots=True)
class CredentialSettings:
    """Who states the time in content credentials: an RFC 3161 authority's URL, or nobody; and the
    files of its root certificates, which verifiers pin."""

    timestamp: str = ""
    timestamp_roots: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class LogSettings:
    """Where signed checkpoints of the log are copied to; best a place nobody here can rewrite."""

    copies: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewTimes:
    """How long an approval can be undone, how long a claimed draft is one person's, and which
    share of the releases is read a second time (near a limit, and of all)."""

    grace_minutes: float = 5
    lease_minutes: float = 15
    second_near: float = 0.1
    second_random: float = 0.02


@dataclass(frozen=True, slots=True)
class ConsoleSettings:
    """Where the console is opened, under which names it is reached, through which proxies, what it
    takes, and the Prefect server that runs are started at; "" starts them as commands here."""

    url: str = ""
    hosts: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    upload_mib: int = 16
    oidc_issuer: str = ""
    oidc_client: str = ""
    oidc_secret: Path | None = None
    prefect_api: str = ""
    prefect_ui: str = ""

    def page(self, path: str) -> str:
        """The address of a page that begins with ``/``; "" if nobody said where the console is."""
        is_web = self.url.startswith(("http://", "https://"))
        return self.url.rstrip("/") + path if is_web else ""


@dataclass(frozen=True, slots=True)
class Config:
    """A project folder's settings. ``origins`` maps a dotted key to where its value came from:
    ``default``, ``FILE:LINE``, ``environment VARIABLE`` or ``command line``."""

    root: Path
    policies: Path
    kinds: Path
    models: Path
    briefs: tuple[Path, ...]
    store_url: str
    outbox: Path
    reports: Path
    quarantine: Path
    keys: Path
    language: str
    seed: int
    allowed_hosts: tuple[str, ...]
    writers: Mapping[str, Mapping[str, str]]
    guards: Mapping[str, str]
    limits: Limits
    notify: Notify
    retention: Retention
    review: ReviewTimes = field(default_factory=ReviewTimes)
    console: ConsoleSettings = field(default_factory=ConsoleSettings)
    people: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    own_outbox: Path | None = None
    fonts: tuple[Path, ...] = ()
    labels: LabelSettings = field(default_factory=LabelSettings)
    signing: str = "files"
    c2pa: CredentialSettings = field(default_factory=CredentialSettings)
    log: LogSettings = field(default_factory=LogSettings)
    origins: Mapping[str, str] = field(default_factory=dict)

    def writer_for(self, kind: str, language: str) -> str:
        """The writer (a models.lock name) for a kind in a language; "" when none is set."""
        return self.writers.get(kind, {}).get(language, "")

    def allows_host(self, host: str) -> bool:
        """Whether the configuration names ``host``; nothing is reachable by default."""
        return host.lower() in {allowed.lower() for allowed in self.allowed_hosts}

    @property
    def home_outbox(self) -> Path:
        """The project's own outbox, also where the command line names another one."""
        return self.own_outbox or self.outbox

    def origin(self, name: str) -> str:
        """Where the value of a dotted key came from."""
        while name:
            if name in self.origins:
                return self.origins[name]
            name = name.rpartition(".")[0]
        return "default"

    def with_policies(self, folder: Path) -> Config:
        """This configuration with the command line's policy folder."""
        return replace(self, policies=folder.resolve())._came_from("policies")

    def with_output(self, out: Path) -> Config:
        """This configuration with outbox, reports and quarantine under ``out``.

        The store stays where it is: what was released once is never released again.
        """
        folder = out.resolve()
        config = replace(
            self,
            outbox=folder / "outbox",
            own_outbox=self.home_outbox,
            reports=folder / "reports",
            quarantine=folder / "quarantine",
        )
        return config._came_from("outbox", "reports", "quarantine")

    def _came_from(self, *names: str) -> Config:
        return replace(self, origins={**self.origins, **dict.fromkeys(names, "command line")})
