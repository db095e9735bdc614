from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aigc_guard.errors import ConfigError, ReleaseError, ReleaseHeld
from aigc_guard.policy.labels import Labels, Notices
from aigc_guard.policy.model import LabelForm, MarksForm
from aigc_guard.records import Review, sha256_text
from aigc_guard.release import (
    Installation,
    Marking,
    Marks,
    Typesetting,
    check_producer,
    read_back,
    render,
    verify_file,
)
from aigc_guard.release.formats.interface import LABEL_FILE
from aigc_guard.release.labels import FIELDS, AigcLabel, read_label
from aigc_guard.release.marking import marks_of, marks_record
from aigc_guard.testing.records import example_brief, example_draft

TEXT_FORMS = ("html", "md", "txt")
NOTICES = Notices(
    head=("Written with AI.", "本内容由人工智能生成"), tail=("AI <generated> & checked.",)
)
PRODUCER = "001191350100M000100Y4311234"
LABEL = AigcLabel(PRODUCER, "ab" * 16)
MARKS = Marks(NOTICES, LABEL, "TrainedAlgorithmicMediaDigitalSource")
# What breaks naive rendering: markup, references, every kind of line end, joiners, blanks at ends.
CHARACTERS = "ab <>&\"'\n\r\t #>*_-\u2028\u0085\ufeff\u200d\xa0电话😀;&amp;&#13;</main></p></h1>"
TEXTS = st.text(st.one_of(st.sampled_from(CHARACTERS), st.characters(codec="utf-8")), max_size=60)


def files(text: str, marks: Marks = MARKS, form: str = "html", language: str = "en") -> Any:
    return render(text, marks, form=form, setting=Typesetting(language))


@given(TEXTS, st.sampled_from(TEXT_FORMS), st.sampled_from([MARKS, Marks(NOTICES), Marks()]))
def test_stripping_the_labels_gives_exactly_the_text(text: str, form: str, marks: Marks) -> None:
    if re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text):
        with pytest.raises(ReleaseHeld, match="control character"):
            files(text, marks, form)
        return
    found = read_back(files(text, marks, form, "zh"), marks, form=form)
    assert (found.head, found.text, found.tail) == (marks.notices.head, text, marks.notices.tail)


def test_files_look_as_readers_expect() -> None:
    md = files("Hello.", Marks(NOTICES), "md")
    assert md == {
        "release.md": "> Written with AI.\n>\n> 本内容由人工智能生成\n\nHello.\n\n"
        "> AI <generated> & checked.\n".encode()
    }
    txt = files("Hello.", Marks(Notices(head=("Written with AI.",)), LABEL), "txt")
    assert txt["release.txt"] == b"Written with AI.\n\nHello.\n"
    assert json.loads(txt[LABEL_FILE]) == dict(LABEL.fields)
    front = files("Hello.", Marks(aigc=LABEL), "md")["release.md"].decode()
    assert front.startswith('---\nAIGC:\n  Label: "1"\n  ContentProducer: "0011')
    assert front.endswith('  ReservedCode2: ""\n---\n\nHello.\n')


def test_a_page_has_a_language_a_title_and_no_script_that_runs() -> None:
    text = "# <b>Bold</b> & safe\n\n<script>alert(1)</script>"
    page = files(text, language="zh")["release.html"].decode()
    tags: list[str] = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.append(tag)
            assert not any(name.startswith("on") or name in ("src", "href") for name, _ in attrs)
            assert tag != "script" or dict(attrs)["type"] == "application/ld+json"

    Tags().feed(page)
    assert tags.count("p") == 3
    assert '<html lang="zh">' in page
    assert "<title>&lt;b&gt;Bold&lt;/b&gt; &amp; safe</title>" in page
    assert '<meta name="AIGC" content=\'{"Label":"1","ContentProducer":"0011' in page
    assert '"https://schema.org/TrainedAlgorithmicMediaDigitalSource"' in page


@pytest.mark.parametrize("form", TEXT_FORMS)
def test_the_label_has_seven_ascii_fields_in_order_and_stands_once(form: str) -> None:
    found = read_back(files("Hello.", form=form), MARKS, form=form)
    assert found.aigc == (LABEL,)
    text = LABEL.as_json()
    assert tuple(json.loads(text)) == FIELDS
    assert re.fullmatch(r"[\x21-\x7e]+", text)
    assert read_label(text) == read_label('{"AIGC":' + text + "}") == LABEL


@pytest.mark.parametrize(
    "broken",
    [
        "no json",
        "[]",
        '{"AIGC":"1"}',
        LABEL.as_json().replace("ReservedCode1", "ReserveCode1"),
        LABEL.as_json().replace('"Label":"1",', ""),
        LABEL.as_json().replace('"Label":"1",', '"Label":"1","Label":"1",'),
        LABEL.as_json().replace('"Label":"1"', '"Label":"4"'),
        LABEL.as_json().replace('"Label":"1"', '"Label":1'),
        LABEL.as_json().replace(PRODUCER, "某公司"),
        LABEL.as_json().replace(PRODUCER, "a b"),
        LABEL.as_json().replace(PRODUCER, ""),
    ],
)
def test_a_label_that_is_not_the_standards_is_refused(broken: str) -> None:
    with pytest.raises(ReleaseError, match="AIGC label can't be read"):
        read_label(broken)


@pytest.mark.parametrize("form", TEXT_FORMS)
@pytest.mark.parametrize(
    "change",
    [
        (b"Written with AI.", b"Written by us."),
        ("人工智能".encode(), "我们".encode()),
        (b"checked.", b"checked!"),
        (b"Written with AI.", b""),
        (b'"Label":"1"', b'"Label":"3"'),
        (b'Label: "1"', b'Label: "3"'),
        (b"TrainedAlgorithmic", b"Algorithmic"),
    ],
)
def test_a_changed_label_is_found(form: str, change: tuple[bytes, bytes]) -> None:
    made = files("Hello.", form=form)
    changed = {name: data.replace(*change) for name, data in made.items()}
    if changed == made:
        assert change[0].startswith((b'"L', b"L", b"T"))  # marks of another form
        return
    with pytest.raises(ReleaseError, match="read back"):
        read_back(changed, MARKS, form=form)


def test_exactly_one_label() -> None:
    page = files("Hello.")["release.html"].decode()
    meta = page[page.index('<meta name="AIGC"') : page.index("<script")]
    for changed in (page.replace(meta, ""), page.replace(meta, meta * 2)):
        with pytest.raises(ReleaseError, match="machine-readable marks"):
            read_back({"release.html": changed.encode()}, MARKS, form="html")
    seen = verify_file(page.replace(meta, meta * 2).encode(), "html")
    record = {"head": list(NOTICES.head), "tail": list(NOTICES.tail),
              "gb45438": dict(LABEL.fields), "digital_source_type": MARKS.source_type}  # fmt: skip
    assert seen.differs_from(record, sha256_text("Hello.")) == ("gb45438",)
    assert verify_file(page.encode(), "html").differs_from(record, sha256_text("Hello.")) == ()
    assert verify_file(b"\xff", "html").problem
    assert verify_file(b"", "exe").problem
    with pytest.raises(ReleaseError, match="machine-readable"):
        read_back({"release.txt": files("Hello.", form="txt")["release.txt"]}, MARKS, form="txt")


def test_more_than_text_and_labels_in_a_page_is_found() -> None:
    page = files("Hello.")["release.html"].decode()
    for more in ("stray words", '<main class="text">two</main>', "<script>alert(1)</script>"):
        changed = {"release.html": page.replace("</body>", more + "</body>").encode()}
        with pytest.raises(ReleaseError, match=r"exactly one text|holds a script"):
            read_back(changed, MARKS, form="html")


@pytest.mark.parametrize(
    "text",
    [
        "Written with AI.\n\nHello.",
        "Hello.\nAI <generated> & checked.\n",
        f"<meta name='AIGC' content='{LABEL.as_json()}'>",
        f"Hello. {LABEL.as_json()}",
        '{"AIGC":{"Label":"1"}}',
        '---\ntitle: x\nAIGC:\n  Label: "1"\n---\nHello.',
        "Hello.\ufeff\U000e0133\U000e0122\U000e0140\U000e0144\U000e0148\U000e0144\ufe00\ufe01",
    ],
)
def test_a_text_that_is_marked_already_is_refused(text: str) -> None:
    with pytest.raises(ReleaseHeld, match=r"already|credentials of another") as caught:
        files(text, form="txt")
    assert caught.value.hint


@pytest.mark.parametrize(
    "text", ["AIGC: what the label law means for editors", "ContentProducer is a field.", "---\na"]
)
def test_a_text_about_labels_is_no_label(text: str) -> None:
    assert files(text, form="md")


def test_what_can_not_be_rendered_is_refused() -> None:
    with pytest.raises(ReleaseHeld, match=r"U\+0000") as caught:
        files("a\x00b")
    assert caught.value.hint
    with pytest.raises(ReleaseError, match="language tag"):
        files("a", language='"><script>')
    with pytest.raises(ReleaseError, match="no file form 'exe'"):
        files("a", form="exe")


def test_a_producer_code_is_checked_and_never_invented() -> None:
    assert check_producer(PRODUCER, place="x") == PRODUCER
    assert check_producer("", place="x") == ""
    for code, why in {
        PRODUCER[:-1]: "has 26 characters",
        "x" + PRODUCER[1:]: "needs 0011",
        PRODUCER.replace("Y43", "Y53"): "check character",
        PRODUCER[:22] + "2" + PRODUCER[23:]: "needs 0011",
    }.items():
        with pytest.raises(ConfigError, match=why) as caught:
            check_producer(code, place="aigc_guard.toml:7")
        assert caught.value.message.startswith("aigc_guard.toml:7: ")
        assert caught.value.hint


# What the policy asks for.

EU = LabelForm.model_validate(
    {"id": "europe", "text": "AI-generated.", "jurisdictions": ["EU"], "positions": ["head"]}
)
CN = LabelForm.model_validate(
    {"id": "china", "text": {"en": "AI-generated", "zh": "由AI生成"}, "jurisdictions": ["CN"]}
)
BRIEF = example_brief(jurisdictions=("EU", "CN"))
DRAFT = example_draft(BRIEF)


def marking(producer: str = PRODUCER, **marks: object) -> Marking:
    return Marking(Labels((EU, CN)), MarksForm.model_validate(marks), Installation(producer))


def marks(of: Marking, brief: Any = BRIEF, draft: Any = DRAFT, approval: Any = None) -> Marks:
    return marks_of(of, draft, brief, release_id="cd" * 16, approval=approval)


def approval(*roles: str) -> Review:
    return Review("r", DRAFT.draft_id, DRAFT.text_sha256, "p", "approve", "Ann Lee", False, "read",
                  "2026-01-05T09:00:00Z", roles=roles)  # fmt: skip


def test_china_waits_for_a_producer_code_where_the_policy_says_so() -> None:
    assert marks(marking()).aigc == AigcLabel(PRODUCER, "cd" * 16)
    assert marks(marking("")).aigc is None
    assert marks(marking(gb45438="off")).aigc is None
    with pytest.raises(ReleaseHeld, match="names no producer code") as caught:
        marks(marking("", gb45438="required"))
    assert "content_producer" in caught.value.hint
    elsewhere = example_brief(jurisdictions=("EU",))
    assert marks(marking("", gb45438="required"), elsewhere).aigc is None


def test_the_kind_of_source_says_who_wrote() -> None:
    assert marks(marking()).source_type == "TrainedAlgorithmicMediaDigitalSource"
    edited = replace(DRAFT, made_by="editor")
    by_both = "CompositeWithTrainedAlgorithmicMediaDigitalSource"
    assert marks(marking(), draft=edited).source_type == by_both
    assert marks(marking(schema_org=False)).source_type == ""
    human = example_brief(text="Hello.", origin={"made_by": "human"}, jurisdictions=("CN",))
    made = marks(marking("", gb45438="required"), human)
    assert (made.aigc, made.source_type) == (None, "")


def test_an_editor_who_answers_lifts_the_eu_notice_and_nothing_else() -> None:
    editorial = marking(editorial={"role": "news-editor", "lifts": ["europe"]})
    whole = Notices(("AI-generated.", "AI-generated"), ("AI-generated",))
    for found in (None, approval(), approval("duty-lawyer")):
        assert marks(editorial, approval=found).notices == whole
        assert marks_record(editorial, marks(editorial), found)["editorial_role"] == ""
    assert marks(marking(), approval=approval("news-editor")).notices == whole
    made = marks(editorial, approval=approval("news-editor"))
    assert made.notices == Notices(("AI-generated",), ("AI-generated",))
    assert (made.aigc, made.source_type) == (marks(editorial).aigc, marks(editorial).source_type)
    record = marks_record(editorial, made, approval("news-editor"))
    assert (record["lifted"], record["editorial_role"]) == (["europe"], "news-editor")
    assert "Ann" not in json.dumps(record)


def test_fonts_are_no_part_of_what_a_text_says(tmp_path: Path) -> None:
    installed = Installation(PRODUCER, (tmp_path,))
    assert marks(replace(marking(), installation=installed)) == marks(marking())
