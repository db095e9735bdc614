from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aigc_guard.errors import ReleaseError
from aigc_guard.policy.labels import Notices
from aigc_guard.release import FORMS, read_back, render

NOTICES = Notices(
    head=("Written with AI.", "本内容由人工智能生成"), tail=("AI <generated> & checked.",)
)
# What breaks naive rendering: markup, references, every kind of line end, joiners, blanks at ends.
CHARACTERS = "ab <>&\"'\n\r\t #>*_\u2028\u0085\ufeff\u200d\xa0电话😀;&amp;&#13;</main></p>"
TEXTS = st.text(st.one_of(st.sampled_from(CHARACTERS), st.characters(codec="utf-8")), max_size=60)


@given(TEXTS, st.sampled_from(FORMS), st.sampled_from([NOTICES, Notices()]))
def test_stripping_the_labels_gives_exactly_the_text(
    text: str, form: str, notices: Notices
) -> None:
    if re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text):
        with pytest.raises(ReleaseError, match="control character"):
            render(text, notices, form=form, language="zh")
        return
    on_disk = render(text, notices, form=form, language="zh").encode()
    found = read_back(on_disk.decode(), notices, form=form)
    assert (found.head, found.text, found.tail) == (notices.head, text, notices.tail)


def test_files_look_as_readers_expect() -> None:
    md = render("Hello.", NOTICES, form="md", language="en")
    assert md == (
        "> Written with AI.\n>\n> 本内容由人工智能生成\n\nHello.\n\n> AI <generated> & checked.\n"
    )
    txt = render("Hello.", Notices(head=("Written with AI.",)), form="txt", language="en")
    assert txt == "Written with AI.\n\nHello.\n"


def test_a_page_has_a_language_a_title_and_no_script() -> None:
    text = "# <b>Bold</b> & safe\n\n<script>alert(1)</script>"
    page = render(text, NOTICES, form="html", language="zh")
    tags: list[str] = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.append(tag)
            assert not any(name.startswith("on") or name in ("src", "href") for name, _ in attrs)

    Tags().feed(page)
    assert "script" not in tags
    assert tags.count("p") == 3
    assert '<html lang="zh">' in page
    assert "<title>&lt;b&gt;Bold&lt;/b&gt; &amp; safe</title>" in page


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "change",
    [
        ("Written with AI.", "Written by us."),
        ("人工智能", "我们"),
        ("checked.", "checked!"),
        ("Written with AI.", ""),
    ],
)
def test_a_changed_label_is_found(form: str, change: tuple[str, str]) -> None:
    content = render("Hello.", NOTICES, form=form, language="en")
    with pytest.raises(ReleaseError, match="labels read back"):
        read_back(content.replace(*change), NOTICES, form=form)


def test_more_than_text_and_labels_in_a_page_is_found() -> None:
    content = render("Hello.", NOTICES, form="html", language="en")
    for more in ("stray words", '<main class="text">two</main>'):
        with pytest.raises(ReleaseError, match="exactly one text"):
            read_back(content.replace("</body>", more + "</body>"), NOTICES, form="html")


@pytest.mark.parametrize(
    "text", ["Written with AI.\n\nHello.", "Hello.\nAI <generated> & checked.\n"]
)
def test_a_text_that_is_labelled_already_is_refused(text: str) -> None:
    with pytest.raises(ReleaseError, match="exactly one"):
        render(text, NOTICES, form="txt", language="en")


def test_what_can_not_be_rendered_is_refused() -> None:
    with pytest.raises(ReleaseError, match=r"U\+0000") as caught:
        render("a\x00b", NOTICES, form="html", language="en")
    assert caught.value.hint
    with pytest.raises(ReleaseError, match="language tag"):
        render("a", NOTICES, form="html", language='"><script>')
    with pytest.raises(ReleaseError, match="no file form 'pdf'"):
        render("a", NOTICES, form="pdf", language="en")
