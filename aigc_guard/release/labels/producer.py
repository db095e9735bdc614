"""The producer's code in China's metadata label: the operator's own, checked and never invented."""

from __future__ import annotations

import re

from aigc_guard.checks.pii.checksums import credit_code
from aigc_guard.errors import ConfigError, said

_FORM = re.compile(r"0011([0-9A-Z]{18})1([0-9A-Za-z]{4})")


def check_producer(code: str, *, place: str) -> str:
    """``code`` if it is empty or well formed. Raises ConfigError that names its ``place``.

    27 characters after TC260-PG-20252A (known at second hand): 00, 1 (an organisation), 1 (bound to
    its credit code), the 18 characters of the unified social credit code with its check character,
    1 (generates), and four characters for the model.
    """
    found = _FORM.fullmatch(code)
    if code and not (found and credit_code(found.group(1))):
        why = said("its credit code has a wrong check character") if found else _form_of(code)
        raise ConfigError(
            said(
                "{place}: labels.content_producer is no producer code: {why}", place=place, why=why
            ),
            hint=said(
                "0011, the 18 characters of your unified social credit code, 1, and four "
                "characters for the model; leave it empty until you have one"
            ),
        )
    return code


def _form_of(code: str) -> str:
    if len(code) != 27:
        return said("it has {count} characters and needs 27", count=len(code))
    return said("it needs 0011, 18 capital letters and digits, 1, and four letters or digits")
