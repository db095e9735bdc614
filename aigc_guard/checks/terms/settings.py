"""What the ``terms`` check looks for: lists in the policy itself, or in files beside it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from aigc_guard.checks.interface import Settings
from aigc_guard.checks.lists import FromFile

Term = Annotated[str, Field(min_length=1, pattern=r"\S")]
OneOf = Term | tuple[Term, ...]


class TermFiles(Settings):
    """Longer lists, one entry a line, in text files beside the policy."""

    banned: FromFile | None = Field(default=None, description="File of banned terms.")
    required: FromFile | None = Field(default=None, description="File of terms that must occur.")
    swap: FromFile | None = Field(
        default=None, description="File of `not this => but that` lines (or a tab between them)."
    )
    competitors: FromFile | None = Field(default=None, description="File of competitors' names.")
    claims: FromFile | None = Field(default=None, description="File of claims that need evidence.")
    capitalised: FromFile | None = Field(
        default=None, description="File of names, written as they must."
    )
    allow: FromFile | None = Field(
        default=None, description="File of phrases in which terms may stand."
    )


class TermsSettings(Settings):
    """Terms are found whatever their case, width or disguise, as whole words in Latin script."""

    banned: tuple[Term, ...] = Field((), description="Terms that must not occur.")
    required: tuple[OneOf, ...] = Field(
        (),
        description="Terms that must occur; of an inner list [risk, 风险] one is enough. "
        "The brief's own required terms count as well.",
    )
    swap: dict[Term, Term] = Field(
        default_factory=dict, description="Say this, not that; each entry is `not this: but that`."
    )
    competitors: tuple[Term, ...] = Field((), description="Names of competitors.")
    claims: tuple[Term, ...] = Field(
        (), description="Claims that need evidence: they may stand if a fact or source holds them."
    )
    capitalised: tuple[Term, ...] = Field(
        (), description="Names and how they are written: [iPhone, GitHub]."
    )
    repeated_words: bool = Field(False, description="true: report a word written twice in a row.")
    allow: tuple[Term, ...] = Field(
        (), description="Phrases in which a listed term may stand; repeated words that may stand."
    )
    mistyped: bool = Field(
        True,
        description="Find banned words with two letters swapped or one left out, too; false for "
        "lists so long that another rare word may be meant.",
    )
    pinyin: bool = Field(
        False,
        description="Find banned Chinese terms written in Latin letters, too (mianfei, 免fei for "
        "免费); a name may be spelt alike.",
    )
    files: TermFiles = Field(TermFiles(), description="Lists in files beside the policy.")
