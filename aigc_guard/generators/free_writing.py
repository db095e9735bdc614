"""Writing with a model that knows no slots: a plain instruction, and a look at what came back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from aigc_guard.generators.decode import Decoding, Request, sample
from aigc_guard.generators.faithful import text_notes
from aigc_guard.generators.linearise import Slot
from aigc_guard.generators.prompts import PromptFormat
from aigc_guard.records import Brief

if TYPE_CHECKING:
    from aigc_guard.generators.transformers_lm import LoadedModel

WHOLE_TEXT = 320
"""Tokens for a whole draft; a kind's `max_new_tokens` is meant for one pass over a few facts."""

LEAST_PROMPT = 128
"""Tokens that a prompt may have at least; a context without room for both is halved."""

DEFAULT_INSTRUCTION = (
    "Write the text that this brief asks for. Use every fact exactly as given and add no other.\n"
    "Audience: {audience}\nTone: {tone}\nFacts:\n{facts}\n\nText:\n"
)


def instruction_for(brief: Brief, form: PromptFormat) -> str:
    """Fill the kind's instruction with a brief; braces inside values stay as they are."""
    facts = "\n".join(f"- {fact.name}: {fact.value}" for fact in brief.facts)
    filled = {"audience": brief.audience or "general", "tone": brief.tone or "neutral",
              "facts": facts, "terms": ", ".join(brief.required_terms) or "none"}  # fmt: skip
    template = form.instruction or DEFAULT_INSTRUCTION
    return re.sub(r"\{(audience|tone|facts|terms)\}", lambda m: filled[m[1]], template)


def write_freely(
    loaded: LoadedModel,
    form: PromptFormat,
    briefs: Sequence[Brief],
    decoding: Decoding,
    *,
    seed: int,
) -> list[tuple[str, tuple[str, ...]]]:
    """Return each brief's most faithful text and its notes.

    ``unread``: the model's context could not hold the whole brief, only the end of it.
    """
    new, room = _shares(loaded.context, max(decoding.max_new_tokens, WHOLE_TEXT))
    decoding = replace(decoding, max_new_tokens=new)
    prompts = [_prompt_ids(loaded, instruction_for(brief, form)) for brief in briefs]
    requests = [Request(prompt[-room:]) for prompt in prompts]
    drawn = sample(loaded.model, requests, loaded.vocabulary, decoding, seed)
    results = []
    for brief, prompt, candidates in zip(briefs, prompts, drawn, strict=True):
        unread = ("unread",) if len(prompt) > room else ()
        facts = [Slot(f.name, f.value, "bare") for f in brief.facts]
        judged = []
        for candidate in candidates:
            text = loaded.tokenizer.decode(candidate.ids, skip_special_tokens=True).strip()
            notes = unread + text_notes(text, facts)
            notes += () if candidate.finished else ("unfinished",)
            judged.append((len(notes), -candidate.score, text, notes))
        _, _, text, notes = min(judged)
        results.append((text, notes))
    return results


def _shares(context: int, wanted: int) -> tuple[int, int]:
    """How many tokens of the context are for the text, and how many for the prompt."""
    new = wanted if context >= wanted + LEAST_PROMPT else context // 2
    return new, context - new


def _prompt_ids(loaded: LoadedModel, prompt: str) -> tuple[int, ...]:
    """Encode a prompt, inside the model's chat template where its tokenizer has one."""
    tokenizer = loaded.tokenizer
    if getattr(tokenizer, "chat_template", None):
        messages = [{"role": "user", "content": prompt}]
        prompt = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
        return tuple(tokenizer.encode(prompt, add_special_tokens=False))
    return tuple(tokenizer.encode(prompt))
