"""detect: an edited or copied text leads to its release; others to nothing, whatever they say."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from aigc_guard.pipeline.detecting import Detected, State, detect
from aigc_guard.pipeline.fingerprints import keep_fingerprints
from aigc_guard.pipeline.produce import produce
from aigc_guard.pipeline.project import Project
from aigc_guard.pipeline.taking_back import erase, revoke
from aigc_guard.records import Release
from aigc_guard.release.fingerprints import fingerprints
from aigc_guard.store import tables

LIST = Path(__file__).parents[2] / "aigc_guard/ordinary_en.txt"
WORDS = [one for one in LIST.read_text("utf-8").split() if one.isalpha() and len(one) > 3]
WORDS = [one for one in WORDS if not any(bad in one for bad in ("insult", "rumour", "clumsy"))]
Released = tuple[Project, dict[str, Release], dict[str, str]]


def prose(seed: int, count: int = 120) -> str:
    draw = random.Random(seed)
    sentences = [" ".join(draw.choices(WORDS, k=12)).capitalize() + "." for _ in range(count // 12)]
    return " ".join(sentences)


BOILER = " ".join(prose(99, 36).split())
DRAFTS = {
    "a": prose(1),
    "b": prose(2),
    "c": f"{prose(3)} {BOILER}",
    "d": f"{prose(4)} {BOILER}",
    "short": "The bridge is open.",
}


@pytest.fixture
def released(produced: Callable[..., Project]) -> Released:
    project = produced(DRAFTS)
    releases = {one.brief_id: one for one in project.store.releases()}
    assert set(releases) == set(DRAFTS)
    return project, releases, DRAFTS


def look(project: Project, text: str, name: str = "found.txt") -> Detected:
    path = project.config.root / name
    path.write_text(text, encoding="utf-8")
    return detect(project, path)


def pointed(found: Detected) -> list[str]:
    return [one.release.release_id for one in found.traces.found]


def test_every_released_file_is_known_as_it_stands(released: Released) -> None:
    project, releases, texts = released
    for release in releases.values():
        for path in (project.config.outbox / release.folder).iterdir():
            if path.name.split(".", 1) == ["release", "html"]:
                found = detect(project, path)
                assert (found.state, found.exit_code) == (State.RELEASED, 0), found
                assert pointed(found)[0] == release.release_id
    reflowed = look(project, texts["a"].upper().replace(". ", ".\n\n"))
    assert reflowed.state is State.RELEASED


def test_edited_and_partly_copied_texts_point_to_their_release(released: Released) -> None:
    project, releases, texts = released
    words = texts["a"].split()
    draw = random.Random(5)
    edited = [draw.choice(WORDS) if draw.random() < 0.07 else word for word in words]
    part = f"<p>{prose(7)}</p><script>{texts['b']}</script><p>{' '.join(words[30:60])}</p>"
    for found in (look(project, " ".join(edited)), look(project, part, "page.html")):
        assert (found.state, found.exit_code) == (State.CHANGED, 1), found
        assert pointed(found) == [releases["a"].release_id]
        assert 0 < found.traces.found[0].of_text < 1
        assert not found.traces.found[0].is_same


def test_a_wording_that_several_releases_share_singles_none_out(released: Released) -> None:
    project, releases, texts = released
    found = look(project, BOILER)
    both = {releases["c"].release_id, releases["d"].release_id}
    assert found.state is State.CHANGED
    assert set(pointed(found)) <= both
    assert found.traces.found or found.traces.common
    assert pointed(look(project, texts["c"]))[0] == releases["c"].release_id


def test_other_texts_leave_no_trace(released: Released) -> None:
    project, _, _ = released
    for seed in range(100, 120):
        found = look(project, prose(seed))
        assert (found.state, found.exit_code) == (State.NOTHING, 2)
    assert look(project, "Hello there").state is State.TOO_SHORT
    assert look(project, "The bridge is open").state is State.RELEASED


def test_the_index_tells_nothing_without_the_key(released: Released) -> None:
    project, _, texts = released
    with project.store.engine.connect() as connection:
        rows = connection.execute(sa.select(tables.fingerprints.c.fingerprint)).scalars().all()
    assert len(rows) > 100
    assert not set(rows) & set(fingerprints(texts["a"], b"x" * 32))
    [secret] = [one for one in project.secrets.known() if one.use == "fingerprint"]
    assert set(fingerprints(texts["a"], project.secrets.value(secret))) <= set(rows)


def test_older_releases_are_taken_in_and_erased_ones_stay_out(released: Released) -> None:
    project, releases, texts = released
    with project.store.engine.begin() as connection:
        connection.execute(sa.delete(tables.fingerprints))
    assert look(project, texts["b"]).state is State.RELEASED
    assert keep_fingerprints(project) == 0
    (project.config.keys / "secrets.json").unlink()  # a lost key: another one from now on
    assert look(project, texts["b"]).state is State.RELEASED
    assert keep_fingerprints(project) == 0
    revoke(project, releases["b"].release_id, reason="wrong", actor="person:1")
    found = look(project, texts["b"])
    assert (found.state, found.traces.found[0].is_taken_back) == (State.CHANGED, True)
    erase(project, releases["b"].draft_id, reason="asked to", actor="person:1")
    assert look(project, texts["b"]).state is State.NOTHING
    assert keep_fingerprints(project) == 0
    # Another process had read the text just before it was erased.
    project.store.put_fingerprints({releases["b"].release_id: [1, 2, 3]})
    assert project.store.count_fingerprints(releases["b"].release_id) == 0


def test_chinese_texts_are_found_by_their_characters(
    make_project: Callable[..., Project], briefs: Callable[..., Path]
) -> None:
    text = (
        "市图书馆周一在滨江路开馆，共有四层，藏书约三十万册，周末开放到晚上九点。"
        "读者凭身份证即可办理借书证。"
    )
    project = make_project({"a": text})
    produce(project, [briefs("a")])
    assert look(project, f"据报道，{text[:24]}。记者了解到更多细节。").state is State.CHANGED
    other = "昨天下午城南的菜市场里人来人往，摊主们忙着招呼客人。"
    assert look(project, other).state is State.NOTHING


def test_the_watermark_is_looked_for_under_every_key(
    make_project: Callable[..., Project], tmp_path: Path
) -> None:
    from aigc_guard.generators.decode import Decoding, Request, sample
    from aigc_guard.generators.transformers_lm import TransformersGenerator
    from aigc_guard.generators.watermark.scheme import Watermark
    from aigc_guard.signing import Use
    from tests.generators.test_watermark import free_folder

    project = make_project({})
    assert look(project, prose(1)).mark.why == "keys"
    key = project.secrets.ensure(Use.WATERMARK, at="2026-01-05T09:00:00Z")
    assert look(project, prose(1)).mark.why == "writers"
    mark = Watermark(key.id, project.secrets.value(key))
    (tmp_path / "model").mkdir()
    writer = TransformersGenerator(
        "tiny", free_folder(tmp_path / "model"), project.kinds, model_digest="d" * 64
    )
    project = replace(project, writers={"tiny": writer})
    project.secrets.rotate(Use.WATERMARK, at="2026-02-05T09:00:00Z")
    endless = replace(writer.loaded.vocabulary, banned=(writer.loaded.vocabulary.end,))
    decoding = Decoding(candidates=1, max_new_tokens=100, watermark=mark)
    [[drawn]] = sample(writer.loaded.model, [Request((1, 9))], endless, decoding, seed=1)
    text = writer.loaded.tokenizer.decode(drawn.ids)
    found = look(project, text)
    assert (found.mark.is_found, found.mark.key_id, found.mark.tried) == (True, key.id, 2)
    assert (found.state, found.exit_code) == (State.CHANGED, 1)
    assert found.mark.chance < 1e-3
    assert not look(project, " ".join(reversed(text.split()))).mark.is_found
    assert look(project, "bada fe du").mark.why == "short"
