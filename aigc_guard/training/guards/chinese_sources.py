"""Chinese sources: offence and sexism sets, names from a treebank, and made sentences."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from aigc_guard.text import sentences
from aigc_guard.training.guards.chinese_people import made_person
from aigc_guard.training.guards.chinese_places import made_organisation, made_place
from aigc_guard.training.guards.records import (
    UNKNOWN,
    TaggedText,
    ToxicText,
    bucket,
    group_key,
    read_lines,
)

LABELS = ("toxicity", "identity_attack")
_NAMES = {"PER": "PERSON", "LOC": "LOCATION", "ORG": "ORGANIZATION"}


def _split_of(key: str) -> str:
    number = bucket(key)
    return "test" if number < 15 else "train"


def load_chinese_toxic(data: Path, seed: int = 7) -> list[ToxicText]:
    """COLD (its dev split is the test), SWSR, statutes as clean prose, and lexicon insults."""
    cold = [
        ToxicText(row["text"], (float(row["offensive"]),) * 2, "cold",
                  {"dev": "test"}.get(row["split"], row["split"]))
        for row in read_lines(data, "tox_zh_cold/data.jsonl.gz")
    ]  # fmt: skip
    held = {group_key(r.text) for r in cold if r.split == "test"}
    cold = [r for r in cold if r.split == "test" or group_key(r.text) not in held]
    cold = [replace(r, split="dev") if _is_dev(r) else r for r in cold]
    swsr = [
        ToxicText(row["text"], (1.0, 1.0) if row["sexist"] else (UNKNOWN, 0.0), "swsr",
                  _split_of(group_key(row["text"])))
        for row in read_lines(data, "tox_zh_swsr/data.jsonl.gz")
    ]  # fmt: skip
    clean = [ToxicText(text, (0.0, 0.0), "clean", _split_of(text)) for text in _prose(data)]
    return [*cold, *swsr, *clean, *_lexicon(data, [r.text for r in clean], seed)]


def _is_dev(record: ToxicText) -> bool:
    """A twentieth of the training split is kept for calibration."""
    return record.split == "train" and bucket("dev:" + group_key(record.text), 20) == 0


def _prose(data: Path) -> Iterator[str]:
    for row in islice(read_lines(data, "gen_legal_zh_laws/data.jsonl.xz"), 0, 1500, 3):
        text = max((v for v in row.values() if isinstance(v, str)), key=len)
        for span in sentences(text)[10:40:5]:
            if 10 < span.end - span.start < 150:
                yield text[span.start : span.end].strip()
    for row in read_lines(data, "ner_zh_uner_gsd/data.jsonl.gz"):
        yield row["text"]


_ABUSE = (
    "你这个{}",
    "你就是个{}！",
    "{}！",
    "滚，{}",
    "真是{}",
    "他骂道：“{}”",
    "他们都是{}。",
    "一群{}",
)


def _lexicon(data: Path, clean: list[str], seed: int) -> Iterator[ToxicText]:
    """Plain insults, which the topic-bound sets lack: identity stays unknown."""
    rng = random.Random(seed)
    path = data / "tox_lexicons/ldnoobw_zh.txt"
    words = [w for w in path.read_text(encoding="utf-8").splitlines() if len(w.strip()) >= 2]
    common = "白痴,笨蛋,蠢货,混蛋,废物,垃圾,傻瓜,白痴东西,王八蛋,蠢猪,人渣,败类,贱人,骗子,无耻之徒"
    for number in range(3000):
        word = rng.choice(common.split(",") if number % 2 else words).strip()
        text = rng.choice(_ABUSE).format(word)
        if number % 3 == 0:
            text = rng.choice(clean) + text
        yield ToxicText(text, (1.0, UNKNOWN), "lexicon", "train")


def load_chinese_names(data: Path) -> list[TaggedText]:
    """The treebank's sentences, split by text; a twelfth of those for training is kept for dev."""
    out = []
    for row in read_lines(data, "ner_zh_uner_gsd/data.jsonl.gz"):
        spans = tuple((s["start"], s["end"], _NAMES[s["label"]]) for s in row["spans"])
        key = group_key(row["text"])
        split = _split_of("uner:" + key)
        if split == "train" and bucket("dev:" + key, 12) == 0:
            split = "dev"
        out.append(TaggedText(row["text"], spans, "uner", split))
    return out


_TEMPLATES = """{P}说，{O}将于下月在{L}开设新店。
请联系{P}，电话13900001111，地址：{A}。
{O}首席执行官{P}在{L}表示，公司今年业绩良好。
尊敬的{P}先生：您好！
{P}女士住在{A}，她的身份证号码已登记。
本合同由{O}（甲方）与{P}（乙方）签订。
甲方：{O} 法定代表人：{P} 地址：{A}
据{P}介绍，该产品由{O}研发。
记者{P} {L}报道
{P}和{P}昨天在{L}举行会谈。
收件人：{P}，{A}
{P}教授毕业于{O}。
客户{P}投诉说，客服态度不好。
{O}发言人{P}周三告诉记者。
新任市长{P}走访了{L}。
欢迎光临{O}{L}分店！
原告{P}诉被告{O}合同纠纷一案。
姓名：{P}
联系人{P}
我叫{P}，来自{L}。
{P}是{L}人，现任{O}经理。
由{P}执导、{P}主演的电影在{L}上映。
{P}获得了{O}颁发的奖项。
请把快递寄到{A}，{P}收。
这款新手机续航时间长，价格实惠。
{P}（1903年3月5日－1978年），{L}人，作家、翻译家。
{P}（英语：Anna）是一位{L}演员。
{P}与{P}于1987年结婚，育有两子。
该曲由{P}作词，{P}作曲。
{P}之子{P}继位。
1950年，{P}出任{O}主席。
他师从{P}，后加入{O}。
影片讲述{P}和{P}在{L}的故事。
{L}位于{L}东部，面积约120平方公里。
{O}成立于1958年，总部设在{L}。
{P}代表{O}参加了在{L}举行的比赛。
在决赛中{P}以2比0击败{P}。
{P}的作品受到{P}影响。
该属由{P}于1857年命名。
{O}的{P}和{O}的{P}入选。
本产品适合全家使用，欢迎选购。
今天天气很好，我们去公园散步。""".splitlines()


class Names:
    """Filled templates, and treebank sentences with names exchanged.

    Values are the treebank's own, made ones, Faker's, and those of a word list (``listed``, values
    by label) where one is given.
    """

    def __init__(
        self,
        records: list[TaggedText],
        seed: int,
        listed: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        from faker import Faker

        self._faker = Faker("zh_CN")
        self._faker.seed_instance(seed)
        self._listed = dict(listed or {})
        self._train = [r for r in records if r.split == "train" and r.spans]
        self._pool: dict[str, list[str]] = {}
        for record in self._train:
            for start, end, label in record.spans:
                self._pool.setdefault(label, []).append(record.text[start:end])
        self._places = self._pool.get("LOCATION", []) + list(self._listed.get("LOCATION", ()))

    def draw(self, rng: random.Random) -> TaggedText:
        """A filled template, or a treebank sentence in which every name is another one."""
        if rng.random() < 0.4:
            return self._made(rng)
        record = rng.choice(self._train)
        out, spans, at, length = [], [], 0, 0
        for start, end, label in sorted(record.spans):
            if start < at:
                continue
            value = self._value(label, rng) if rng.random() < 0.8 else record.text[start:end]
            length += start - at
            out += [record.text[at:start], value]
            spans.append((length, length + len(value), label))
            length, at = length + len(value), end
        out.append(record.text[at:])
        return TaggedText("".join(out), tuple(spans), "swapped", "train", record.unsure)

    def _made(self, rng: random.Random) -> TaggedText:
        kinds = {"P": "PERSON", "L": "LOCATION", "O": "ORGANIZATION", "A": "ADDRESS"}
        out, spans, length = [], [], 0
        for part in re.split(r"({[PLOA]})", rng.choice(_TEMPLATES)):
            label = kinds[part[1]] if part.startswith("{") else ""
            value = self._value(label, rng) if label else part
            if label:
                spans.append((length, length + len(value), label))
            out.append(value)
            length += len(value)
        return TaggedText("".join(out), tuple(spans), "made", "train")

    def _value(self, label: str, rng: random.Random) -> str:
        if label == "ADDRESS":
            return str(self._faker.address()).rsplit(" ", 1)[0]
        kind = rng.random()
        if kind < (0.25 if label == "PERSON" else 0.4) and label in self._pool:
            return rng.choice(self._pool[label])
        if kind > 0.65 and self._listed.get(label):
            return rng.choice(self._listed[label])
        if label == "PERSON":
            return made_person(rng)
        if label == "ORGANIZATION":
            own = rng.random() < 0.75
            return made_organisation(rng, self._places) if own else str(self._faker.company())
        if rng.random() < 0.6:
            return made_place(rng, self._places)
        return str(rng.choice((self._faker.city, self._faker.province, self._faker.country))())
