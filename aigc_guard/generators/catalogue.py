"""From a writer's name to the backend that runs it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from aigc_guard.errors import ModelUnavailable, said
from aigc_guard.generators.interface import Generator
from aigc_guard.generators.supplied import SuppliedGenerator
from aigc_guard.generators.watermark.scheme import Asked
from aigc_guard.kinds import Kind
from aigc_guard.models import ModelStore
from aigc_guard.records import Brief

if TYPE_CHECKING:
    from aigc_guard.config import Config


def create_generator(
    name: str,
    kinds: Mapping[str, Kind],
    models: ModelStore,
    config: Config,
    *,
    watermark_for: Callable[[Brief], Asked | None] = lambda _: None,
) -> Generator:
    """Return the writer called `name`: `supplied`, or a model of the lock file.

    Files are verified here, before anything is written; of a server only its address can be.
    ``watermark_for`` says which briefs' drafts are to bear a watermark. Raises ModelUnavailable
    for a name that is not in the lock and for a guard, ConfigError for a server that may not be
    reached.
    """
    if name == SuppliedGenerator.name:
        return SuppliedGenerator()
    entry = models.entry(name)
    if entry.role != "writer":
        raise ModelUnavailable(
            said("model {name} is a {role}, not a writer", name=f"{name!r}", role=entry.role),
            hint=said("name a writer under [writers]: aigc-guard models list"),
        )
    if entry.remote:
        from aigc_guard.generators.server import ServerGenerator, server_of

        return ServerGenerator(
            name, server_of(entry, config), kinds, candidates=config.limits.candidates
        )
    from aigc_guard.generators.transformers_lm import TransformersGenerator

    return TransformersGenerator(
        name,
        models.folder_of(name),
        kinds,
        model_digest=entry.digest,
        watermark_for=watermark_for,
    )
