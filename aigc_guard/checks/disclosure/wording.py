"""How texts speak of their own making: notices, claims that no AI was used, a chatbot's remarks.

A sentence about AI is no notice: it speaks of this text, or it stands alone as a short line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from aigc_guard.records import Span
from aigc_guard.text import sentences


class Saying(StrEnum):
    """What a sentence says of the text it stands in."""

    BY_AI = "by_ai"
    NO_AI = "no_ai"
    REMARK = "remark"


@dataclass(frozen=True, slots=True)
class Said:
    """A place where a text speaks of its own making."""

    saying: Saying
    span: Span


_SYSTEM = (
    r"(?:(?<![A-Za-z])A\.?I\.?(?![A-Za-z])|artificial intelligence|language models?|ChatGPT"
    r"|GPT-?\d|Claude|Gemini|Copilot|DeepSeek|Qwen|Llama|chatbots?|人工智能|大模型|语言模型|豆包"
    r"|文心一言|通义千问|智能助手)"
)
_TEXT = (
    r"(?:texts?|articles?|reports?|contents?|pages?|posts?|story|stories|copy|documents?|letters?"
    r"|messages?|newsletters?|summary|drafts?|clauses?|contracts?|descriptions?|e-?mails?)"
)
_MADE = (
    r"(?:written|generated|created|produced|drafted|made|composed|synthesi[sz]ed|prepared|authored"
    r"|assisted|edited|translated)"
)
_WITH = (
    r"(?:(?:entirely|partly|automatically|only|in part|wholly|fully) )?(?:by|with|using|through)"
    r"(?: (?:the )?(?:use|help|aid|assistance|support) of)?(?: an?| our)?"
)
_OF_THIS = rf"(?:\b(?:this|the above|the following)\b[^.!?\n]{{0,30}}?\b{_TEXT}\b)"
_MADE_ZH = r"(?:生成|合成|撰写|写作|创作|起草|编写|制作|辅助)"
_OF_THIS_ZH = (
    r"(?:(?:本|此|该|以上|以下|全)(?:文章|文案|文本|文|稿件|稿|内容|报道|页面|图文|函|合同|作品|回答"
    r"|答复|说明|产品描述)|^\W*(?:内容|文案|文本))"
)

_NO_SYSTEM = (
    rf"(?:\b(?:no|without(?: (?:any|the))?(?: (?:use|help|aid|involvement) of)?)\s+{_SYSTEM}"
    rf"|\bnot? {_MADE} {_WITH}\s*{_SYSTEM}|\bnot AI[- ]generated"
    rf"|(?:未|没有|并未|不曾|未曾)(?:使用|借助|采用|经)[^。！？\n]{{0,6}}{_SYSTEM}"
    rf"|(?:并非|不是|非)(?:由)?{_SYSTEM}{_MADE_ZH})"
)
_BY_PEOPLE = (
    rf"(?:\b{_MADE} (?:entirely |only |solely |wholly )?by (?:a |our )?"
    r"(?:humans?|people|human \w+)\b"
    r"|\bhuman[- ](?:written|made|authored)\b"
    r"|(?:由|纯|全|完全由|系)(?:真人|人类|人工(?!智能))(?:编辑|作者|记者)?"
    r"(?:原创|撰写|写作|创作|编写))"
)
_NO_AI = re.compile(rf"{_NO_SYSTEM}|{_BY_PEOPLE}", re.IGNORECASE)
_BY_AI = re.compile(
    rf"\b{_MADE} {_WITH}\s*(?:\w+ )?{_SYSTEM}|\bAI[- ](?:generated|assisted|written|created|made)\b"
    rf"|{_SYSTEM}[^。！？\n]{{0,8}}{_MADE_ZH}",
    re.IGNORECASE,
)
_SELF = re.compile(rf"{_OF_THIS}|{_OF_THIS_ZH}", re.IGNORECASE)
_MARK = re.compile(
    r"\W*(?:AI|人工智能(?:（AI）|\(AI\))?)\W*(?:[- ]?(?:generated|assisted|written|created)"
    r"|(?:辅助)?生成合成|(?:辅助)?(?:生成|合成))?\W*(?:content|text|article|内容|文本)?"
    r"(?:\W*(?:AI|人工智能)\W*(?:生成|合成)?)?\W*",
    re.IGNORECASE,
)
_REMARK = re.compile(
    r"\bas an? (?:AI|artificial intelligence|large language|language)(?: language)?"
    r"(?: model| assistant)?,? I\b"
    r"|\bI(?:['’]m| am) (?:just |only )?an? "
    r"(?:AI|artificial intelligence|(?:large )?language model)"
    r"(?: language)?(?: model| assistant| chatbot)?\b"
    r"|\bmy (?:knowledge|training) (?:cut-?off|data)\b"
    r"|\bI(?:['’]m sorry, but I)? can(?:no|['’])t (?:assist|help) with (?:that|this)(?: request)?\b"
    r"|^\W*(?:Sure|Certainly|Of course|Absolutely)[!,.] "
    r"(?:here(?:['’]s| is| are)|I(?:['’]ll| will| can))\b"
    r"|^\W*here(?:['’]s| is) (?:a|the|your)(?: \w+)? "
    r"(?:draft|rewrite|article|text|version)\b[^.\n]{0,60}:"
    r"|\blet me know if you(?:['’]d| would)? (?:like|want|need) "
    r"(?:me to|any (?:changes|edits|other))\b"
    r"|作为(?:一个|一名|一款)?(?:AI|人工智能|大?语言模型)(?:语言)?(?:模型|助手|助理)?[，,]?我"
    r"|我(?:只)?是(?:一个|一款|一名)?(?:AI|人工智能|大?语言模型)(?:语言)?(?:模型|助手|助理)?"
    r"|我的(?:知识|训练数据)(?:库)?(?:截止|截至)"
    r"|^\W*(?:好的|当然(?:可以)?|没问题)[，,！!]\s*(?:以下|下面|这)(?:是|为)"
    r"|希望(?:以上|这些|这篇|这段)[^。！？\n]{0,12}(?:对您|对你)?有(?:所)?帮助"
    r"|如(?:果)?(?:您|你)?需(?:要)?[^。！？\n]{0,12}(?:修改|调整|补充)[^。！？\n]{0,8}告诉我",
    re.IGNORECASE | re.MULTILINE,
)
_ALONE_WORDS = 12
_ALONE_CHARACTERS = 12


def sayings(text: str, more_systems: Sequence[str] = ()) -> Iterator[Said]:
    """Where ``text`` speaks of its own making, in order; ``more_systems`` name further AI."""
    names = [re.escape(one) for one in more_systems]
    own = re.compile("|".join(names), re.IGNORECASE) if names else None
    for match in _REMARK.finditer(text):
        yield Said(Saying.REMARK, Span(*match.span()))
    for span in sentences(text):
        start, words = span.start, text[span.start : span.end]
        plain = own.sub("AI", words) if own is not None else words
        said = _says(plain, _is_alone(text, span))
        if said is not None:
            first = start + len(words) - len(words.lstrip())
            yield Said(said, Span(first, start + len(words.rstrip())))


def _says(words: str, is_alone: bool) -> Saying | None:
    """What a sentence says of its text; None if it speaks of something else."""
    if not (is_alone or _SELF.search(words)):
        return None
    if _NO_AI.search(words):
        return Saying.NO_AI
    if _BY_AI.search(words):
        return Saying.BY_AI
    return Saying.BY_AI if is_alone and words.strip() and _MARK.fullmatch(words) else None


def _is_alone(text: str, span: Span) -> bool:
    """Whether a sentence is a short line of its own: at most a mark, a tag, a footer."""
    line_start = text.rfind("\n", 0, span.start) + 1
    if text[line_start : span.start].strip():
        return False
    end = text.find("\n", span.start)
    rest = text[span.end : end if end >= span.end else len(text)]
    if rest.strip() and "\n" not in text[span.start : span.end]:
        return False
    words = text[span.start : span.end].strip()
    chinese = sum("\u4e00" <= char <= "\u9fff" for char in words)
    return len(words.split()) <= _ALONE_WORDS and chinese <= _ALONE_CHARACTERS
