"""Our recognizers behind presidio's interface, and the analyzer that runs all of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from aigc_guard.checks.pii.lean import Hit, LeanAnalyzer
from aigc_guard.checks.pii.names import Name, NamesReader, find_all_names
from aigc_guard.checks.pii.patterns import FORMS, find_forms, find_phones, real_domain
from aigc_guard.errors import ModelUnavailable

LANGUAGES = ("en", "zh")
PHONE = "PHONE_NUMBER"
LISTED = 0.75
"""What libphonenumber's word counts for."""
_LOCK = threading.RLock()


class Namer:
    """The names models, with what was read ahead for the batch at hand."""

    def __init__(self, readers: Mapping[str, NamesReader]) -> None:
        self._readers = readers
        self._ahead: dict[str, list[Name]] = {}
        self.labels = sorted({label for reader in readers.values() for label in reader.labels})

    def read_ahead(self, texts: Sequence[str]) -> None:
        """Read all ``texts`` in common batches; what was read for the batch before is dropped."""
        own = list(dict.fromkeys(texts))
        self._ahead = dict(zip(own, find_all_names(own, self._readers), strict=True))

    def names(self, text: str) -> list[Name]:
        """The names of one text, read now if it was not read ahead."""
        found = self._ahead.get(text)
        return found if found is not None else find_all_names([text], self._readers)[0]


def analyzer(folder: Path, folder_zh: Path | None) -> tuple[LeanAnalyzer, Namer]:
    """All recognizers as one analyzer, and its names models, loaded once per process.

    Raises ModelUnavailable when presidio or the names models' library is not installed.
    """
    with _LOCK:
        return _analyzer(folder, folder_zh)


@lru_cache(maxsize=2)
def _analyzer(folder: Path, folder_zh: Path | None) -> tuple[LeanAnalyzer, Namer]:
    namer = Namer(_readers(folder, folder_zh))
    return LeanAnalyzer(_recognizers("en", namer)), namer


def identifier_analyzer() -> LeanAnalyzer:
    """All recognizers but the names models: needs presidio and no weights."""
    if find_spec("presidio_analyzer") is None:
        raise _not_installed()
    return LeanAnalyzer(_recognizers("en", Namer({}))[:-1])


def presidio_engine(namer: Namer) -> Any:
    """The same recognizers behind presidio's own AnalyzerEngine.

    This is what other tools build on; tests and benchmarks compare with it.
    """
    try:
        from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
        from presidio_analyzer.nlp_engine import NoOpNlpEngine
    except ImportError as error:
        raise _not_installed() from error
    registry = RecognizerRegistry(supported_languages=list(LANGUAGES))
    for language in LANGUAGES:
        for recognizer in _recognizers(language, namer):
            registry.add_recognizer(recognizer)
    engine = NoOpNlpEngine([{"lang_code": code, "model_name": ""} for code in LANGUAGES])
    engine.load()
    return AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=list(LANGUAGES))


def _readers(folder: Path, folder_zh: Path | None) -> dict[str, NamesReader]:
    if find_spec("presidio_analyzer") is None:
        raise _not_installed()
    readers = {"en": NamesReader.load(folder)}
    if folder_zh is not None:
        readers["zh"] = NamesReader.load(folder_zh)
    return readers


def _not_installed() -> ModelUnavailable:
    return ModelUnavailable(
        "presidio-analyzer is not installed", hint="pip install 'aigc-guard[models]'"
    )


def _recognizers(language: str, namer: Namer) -> list[Any]:
    """All recognizers for one declared language; every one of them reads both scripts."""
    from presidio_analyzer import LocalRecognizer, RecognizerResult
    from presidio_analyzer.predefined_recognizers import (
        CreditCardRecognizer,
        CryptoRecognizer,
        EmailRecognizer,
        IbanRecognizer,
        IpRecognizer,
        UsSsnRecognizer,
    )

    class OfflineEmailRecognizer(EmailRecognizer):
        """Presidio's, with the bundled suffix list; an unknown suffix keeps the form's score."""

        def validate_result(self, pattern_text: str) -> bool | None:
            return True if real_domain(pattern_text) else None

    class CertainIpRecognizer(IpRecognizer):
        """Presidio's; what is a valid address is one, whatever else its digits could be."""

        def validate_result(self, pattern_text: str) -> bool | None:
            return True if len(pattern_text) > 6 else None

    class FormRecognizer(LocalRecognizer):
        """Identifiers by form and checksum, China's among them."""

        def load(self) -> None:
            pass

        def hits(self, text: str) -> Iterator[Hit]:
            forms = list(find_forms(text))
            yield from forms
            surer = [(a, b) for label, a, b, score in forms if label == PHONE and score >= LISTED]
            for start, end in find_phones(text, known=surer):
                yield PHONE, start, end, LISTED

        def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[Any]:
            return [RecognizerResult(*hit) for hit in self.hits(text) if hit[0] in entities]

    class NameRecognizer(LocalRecognizer):
        """Names by the guards' token heads."""

        def load(self) -> None:
            pass

        def hits(self, text: str) -> Iterator[Hit]:
            return ((one.label, one.start, one.end, one.score) for one in namer.names(text))

        def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[Any]:
            return [RecognizerResult(*hit) for hit in self.hits(text) if hit[0] in entities]

    labels = sorted({form.label for form in FORMS} | {"PHONE_NUMBER"})
    given: dict[str, Any] = {"supported_language": language}
    return [
        OfflineEmailRecognizer(**given),
        CreditCardRecognizer(**given),
        CryptoRecognizer(**given),
        IbanRecognizer(**given),
        CertainIpRecognizer(**given),
        UsSsnRecognizer(**given),
        FormRecognizer(supported_entities=labels, name="Forms", **given),
        NameRecognizer(supported_entities=namer.labels, name="Names", **given),
    ]
