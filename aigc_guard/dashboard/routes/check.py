"""Other systems ask what the policies say about a finished text; nothing of it is kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Header, HTTPException
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from aigc_guard.accounts import Permission
from aigc_guard.accounts.keys import MINUTE, is_too_fast
from aigc_guard.accounts.moments import later
from aigc_guard.dashboard.fields import Name, Whole
from aigc_guard.dashboard.gate import Gate
from aigc_guard.dashboard.visit import Here, Visit
from aigc_guard.errors import ConfigError, said
from aigc_guard.pipeline.judging import Wanted, answer, brief_of, judge, policy_named
from aigc_guard.records import Fact, digest_of
from aigc_guard.store.keys import Answer

gate = Gate(api=True)
MOST_TEXTS = 256
ANSWERS_SECONDS = 24 * 3600
SESSION_PER_MINUTE = 60


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid")


class FactForm(_Form):
    """A value the text must agree with."""

    name: Name
    value: Annotated[Whole, Field(max_length=10_000)]


class TextForm(_Form):
    """A finished text. ``id`` comes back with its answer."""

    text: Whole
    id: Name = ""
    language: Name = Field("", description="default: the policy's, or what the text is in")
    origin: dict[Name, Name] = Field({}, description="how it was made: writer, licence, …")
    facts: list[FactForm] = Field([], max_length=1000)


class _Judged(_Form):
    policy: Name = Field("", description="a policy's name; else the one that serves the kind")
    kind: Name = ""
    channel: Name = ""
    jurisdictions: list[Name] = Field([], max_length=50)


class CheckForm(_Judged, TextForm):
    """One text and what it is judged by."""


class BatchForm(_Judged):
    """Several texts that are judged by the same."""

    texts: list[TextForm] = Field(min_length=1, max_length=MOST_TEXTS)


class Finding(BaseModel):
    """One reason: its rule, where it is, and what to tell the writer."""

    check: str
    rule: str
    label: str
    score: float | None
    start: int
    end: int
    message: str
    outcome: str
    value: float | None
    limit: float | None
    shadow: bool
    words: list[list[int]]


class Decided(BaseModel):
    """What the policy says about one text; offsets count its characters."""

    id: str
    outcome: str
    policy: str
    policy_digest: str
    text_sha256: str
    findings: list[Finding]
    coverage: float
    checks: dict[str, dict[str, str]]


class DecidedBatch(BaseModel):
    """An answer for each text, in their order."""

    results: list[Decided]


NamedCall = Annotated[
    Whole,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        description="a call repeated under the same name within a day has the first one's answer",
    ),
]


@gate.post("/api/v1/check", Permission.CHECK_TEXT, scope="check", response_model=Decided)
def check(visit: Here, form: CheckForm, named: NamedCall = "") -> Response:
    """Judge one text: text in, decision with its reasons out."""
    return _answered(visit, form, [form], named, single=True)


@gate.post("/api/v1/check/batch", Permission.CHECK_TEXT, scope="check", response_model=DecidedBatch)
def check_batch(visit: Here, form: BatchForm, named: NamedCall = "") -> Response:
    """Judge several texts at once, which is faster than one by one."""
    return _answered(visit, form, form.texts, named, single=False)


def _answered(
    visit: Visit, form: _Judged, texts: Sequence[TextForm], named: str, *, single: bool
) -> Response:
    """The answer: the one this call had before, else a new one that is kept under its name."""
    caller = visit.key.key_id if visit.key is not None else visit.account.account_id
    if visit.key is None and is_too_fast(
        visit.store, caller, SESSION_PER_MINUTE, clock=visit.console.opened.clock
    ):
        raise HTTPException(
            429,
            said("this may be asked {count} times a minute", count=SESSION_PER_MINUTE),
            headers={"retry-after": str(MINUTE)},
        )
    asked = digest_of([form.model_dump(), visit.language, single])
    if named and (known := visit.store.answer(caller, named)) is not None:
        return _same_call(known, asked)
    results = _judged(visit, form, texts)
    body = json.dumps(results[0] if single else {"results": results}, ensure_ascii=False)
    made = Answer(asked, 200, body)
    if named:
        now = visit.now
        forget = later(now, -ANSWERS_SECONDS)
        made = visit.store.put_answer(caller, named, made, at=now, forget_before=forget)
    return _same_call(made, asked)


def _same_call(known: Answer, asked: str) -> Response:
    if known.request_sha256 != asked:
        raise HTTPException(409, said("this name was given to another call before"))
    return Response(known.body, status_code=known.status, media_type="application/json")


def _judged(visit: Visit, form: _Judged, texts: Sequence[TextForm]) -> list[dict[str, Any]]:
    project = visit.project
    most = project.config.limits.max_text_chars
    if any(len(one.text) > most for one in texts):
        raise HTTPException(413, said("a text may have {count} characters", count=most))
    briefs, policies = [], []
    for one in texts:
        wanted = Wanted(
            form.kind,
            form.channel,
            one.language,
            tuple(form.jurisdictions),
            one.origin,
            tuple(Fact(fact.name, fact.value) for fact in one.facts),
        )
        try:
            policy = policy_named(project, form.policy, wanted)
        except ConfigError as error:
            raise HTTPException(422, error.message) from None
        policies.append(policy)
        briefs.append(brief_of(one.id or "text", one.text, policy, wanted))
    with visit.console.judging(project.config.limits.check_seconds) as free:
        if not free:
            raise HTTPException(
                503, said("other texts are being judged"), headers={"retry-after": "10"}
            )
        judged = judge(project, briefs, policies)
    return [
        {"id": one.id, **answer(found, visit.language)}
        for one, found in zip(texts, judged, strict=True)
    ]
