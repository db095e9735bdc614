"""Everything a run needs, opened once from the configuration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import Any
from urllib.parse import urlsplit

from aigc_guard.audit.log import record_keys
from aigc_guard.checks.catalogue import check_types
from aigc_guard.checks.interface import Check, Context
from aigc_guard.config import Config
from aigc_guard.errors import ConfigError, said
from aigc_guard.generators.interface import Generator
from aigc_guard.generators.watermark.scheme import Asked, Watermark
from aigc_guard.kinds import Kind, load_kinds
from aigc_guard.models import ModelStore
from aigc_guard.pipeline.watermarks import watermark_shown
from aigc_guard.policy import Policy, PolicySet, load_folder
from aigc_guard.proof.public_keys import Purpose
from aigc_guard.records import Brief
from aigc_guard.redact import load_or_make_key
from aigc_guard.release import Installation, Marking, check_producer
from aigc_guard.release.credentials import Issuer, is_installed
from aigc_guard.signing import Authority, Keyring, SecretKeys, Signer, Use, open_signer
from aigc_guard.signing.service import FILES
from aigc_guard.store import Store

SUPPLIED = "supplied"


def utc_now() -> str:
    """The present time as RFC 3339 in UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class Project:
    """A project folder, opened. ``clock`` is injected so that runs can be repeated exactly.

    ``writers`` and ``checks`` override what is configured and installed; tests put recorded
    writers and misbehaving checks there.
    """

    config: Config
    clock: Callable[[], str] = utc_now
    writers: Mapping[str, Generator] = field(default_factory=dict)
    checks: Mapping[str, type[Check]] = field(default_factory=check_types)

    @cached_property
    def kinds(self) -> Mapping[str, Kind]:
        """Content kinds by name."""
        return load_kinds(self.config.kinds)

    @cached_property
    def policies(self) -> PolicySet:
        """All policies, loaded and checked against each other."""
        return load_folder(self.config.policies, self.checks)

    def forget_policies(self) -> None:
        """Read the policies' files again when somebody next looks."""
        self.__dict__.pop("policies", None)  # a cached property lives in the instance

    @cached_property
    def models(self) -> ModelStore:
        """The locked models."""
        return ModelStore(self.config.models)

    @cached_property
    def store(self) -> Store:
        """The store, migrated to the present schema."""
        store = Store(self.config.store_url)
        store.migrate(self.config.home_outbox)
        return store

    @cached_property
    def redaction_key(self) -> bytes:
        """The installation's key for what redaction takes out; made on first use, mode 0600."""
        return load_or_make_key(self.config.keys / "redaction.key")

    @cached_property
    def keyring(self) -> Keyring:
        """The signing keys; missing ones are made on first use, and their public halves logged."""
        ring = Keyring.at(self.config.keys)
        at = self.clock()
        if self.config.signing == FILES:
            made = ring.ensure(at=at)
        else:
            made = []
            for purpose in Purpose:
                raw = open_signer(ring, purpose, source=self.config.signing).public_key()
                made += ring.adopt(purpose, raw, at=at)
        record_keys(self.store, made, at=at)
        return ring

    def policy_for(self, brief: Brief) -> Policy | None:
        """The one policy that applies to a brief; None sends its drafts to review."""
        return self.policies.select(kind=brief.kind, channel=brief.channel, language=brief.language)

    @cached_property
    def secrets(self) -> SecretKeys:
        """The keys of watermarks and fingerprints; made on first use."""
        return SecretKeys.at(self.config.keys)

    def watermark_for(self, brief: Brief) -> Asked | None:
        """The watermark that the brief's policy wants in its drafts, if any."""
        policy = self.policy_for(brief)
        wanted = policy.form.marks.watermark if policy is not None else None
        if wanted is None:
            return None
        key = self.secrets.ensure(Use.WATERMARK, at=self.clock())
        return Asked(Watermark(key.id, self.secrets.value(key)), wanted.min_tokens)

    def signer(self, purpose: Purpose) -> Signer:
        """Who signs releases, or the log's checkpoints."""
        return open_signer(self.keyring, purpose, source=self.config.signing)

    @cached_property
    def issuer(self) -> Issuer | None:
        """Who signs content credentials; None where their library isn't installed."""
        if not is_installed():
            return None
        settings = self.config.c2pa
        host = urlsplit(settings.timestamp).hostname or ""
        if settings.timestamp and not self.config.allows_host(host):
            raise ConfigError(
                said("the time authority {url} is not an allowed host", url=settings.timestamp),
                hint=said("add its host to allowed_hosts in aigc_guard.toml, or empty timestamp "
                          "under [c2pa]"),
            )  # fmt: skip
        authority = Authority.at(self.config.keys)
        for path in settings.timestamp_roots:
            try:
                authority.adopt_times(path.read_bytes())
            except (OSError, ValueError):
                raise ConfigError(
                    said("{path} holds no certificates", path=path),
                    hint=said("mend timestamp_roots under [c2pa] in aigc_guard.toml: PEM files"),
                ) from None
        return Issuer(authority.ensure(), settings.timestamp)

    @cached_property
    def installation(self) -> Installation:
        """What this installation can put on a release. Raises ConfigError for a wrong code."""
        config = self.config
        place = config.origin("labels.content_producer")
        return Installation(
            producer=check_producer(config.labels.content_producer, place=place),
            fonts=config.fonts,
            models=self.models.entries,
            signer=self.signer(Purpose.RELEASE),
            issuer=self.issuer,
            watermark=partial(watermark_shown, self),
        )

    def marking(self, policy: Policy) -> Marking:
        """The marks of a policy's releases."""
        return Marking(
            policy.labels,
            policy.form.marks,
            self.installation,
            policy_version=policy.version,
        )

    @cached_property
    def context(self) -> Context:
        """What checks may know of the project."""
        return Context(models=self.models.facts(), model_loader=self.models)

    @cached_property
    def kept(self) -> dict[str, Any]:
        """What was worked out once and holds for as long as the project is open."""
        return {}

    @cached_property
    def _generators(self) -> dict[str, Generator]:
        return dict(self.writers)

    def generator(self, name: str) -> Generator:
        """The writer of that name, made once."""
        if name not in self._generators:
            from aigc_guard.generators.catalogue import create_generator

            self._generators[name] = create_generator(
                name,
                self.kinds,
                self.models,
                self.config,
                watermark_for=self.watermark_for,
            )
        return self._generators[name]

    def writer_for(self, brief: Brief) -> str:
        """Which writer a brief goes to: ``supplied`` for finished texts."""
        if brief.text:
            return SUPPLIED
        return self.config.writer_for(brief.kind, brief.language)


def open_project(config: Config) -> Project:
    """Open the project ``config`` describes; parts load when first used."""
    return Project(config=config)
