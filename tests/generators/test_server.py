"""Writers behind a server: what is asked, and that no answer can do more than fail its brief."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aigc_guard.errors import ConfigError, GenerationError
from aigc_guard.generators.catalogue import create_generator
from aigc_guard.generators.chat import (
    TRIES,
    BadAnswer,
    Server,
    ServerBusy,
    ServerRefused,
    read_answer,
)
from aigc_guard.generators.server import ServerGenerator, key_variable, server_of
from aigc_guard.kinds import load_kinds
from aigc_guard.models import ModelEntry, ModelStore, add_entry
from aigc_guard.records import Brief, Fact
from tests.generators.chat_server import (
    Behaviour,
    Handler,
    always,
    completion,
    drip,
    hang_up,
    in_turn,
    reply,
    serving,
)

KINDS = load_kinds(Path(__file__).parents[2] / "kinds")
GOOD = "The museum opened a hall, Hall opens wide."


def brief(number: int = 1) -> Brief:
    facts = (Fact("headline", "Hall opens"), Fact("who", "The museum"))
    return Brief(id=f"b-{number}", kind="news", facts=facts)


def writer(url: str, *, seconds: float = 5, waits: list[float] | None = None) -> ServerGenerator:
    sleeps = [] if waits is None else waits
    return ServerGenerator(
        "remote", Server(url, "tiny", seconds), KINDS, sleep=lambda s: sleeps.append(s)
    )


def test_every_brief_is_asked_in_plain_words_and_compared() -> None:
    with serving(always(completion(f"<think>Let me see.</think>\n{GOOD}\r\n"))) as server:
        drafts = writer(server.url).write([brief(1), brief(2)], seed=3, attempt=1)
    assert [d.brief_id for d in drafts] == ["b-1", "b-2"]
    assert {d.text for d in drafts} == {GOOD}
    assert all(d.faithful and not d.notes and d.model_digest == "" for d in drafts)
    path, headers, body = server.asked[0]
    assert path == "/v1/chat/completions"
    assert "Authorization" not in headers
    assert (body["model"], body["n"], body["temperature"]) == ("tiny", 1, 0.0)
    assert "Hall opens" in body["messages"][0]["content"]
    assert len({b["seed"] for _, _, b in server.asked}) == 2


def test_the_first_faithful_answer_is_taken() -> None:
    answers = in_turn(
        always(completion("It costs $900 in 2031.")), always(completion(GOOD, "length")),
        always(completion(GOOD)),
    )  # fmt: skip
    with serving(answers) as server:
        (draft,) = writer(server.url).write([brief()], seed=3, attempt=1)
    assert (draft.text, draft.faithful) == (GOOD, True)
    assert [body["temperature"] > 0 for _, _, body in server.asked] == [False, True, True]


def test_an_invented_figure_or_a_cut_off_text_is_not_faithful() -> None:
    with serving(always(completion(f"{GOOD} It cost $900.", "length"))) as server:
        (draft,) = writer(server.url).write([brief()], seed=3, attempt=1)
    assert not draft.faithful
    assert set(draft.notes) == {"invented:figure", "unfinished"}


BAD = {
    b"": "json",
    b"<html>busy</html>": "json",
    b'{"choices": [{"message": {"content": "The mus': "json",
    b"[" * 100_000: "json",
    b"\xff\xfe{}": "json",
    b"null": "choices",
    b'"choices"': "choices",
    b'{"choices": {}}': "choices",
    b'{"choices": []}': "choices",
    b'{"choices": [null]}': "choices",
    b'{"choices": [{"message": {"content": "a"}}, {"message": {"content": "b"}}]}': "choices",
    b'{"choices": [{"message": "hello"}]}': "content",
    b'{"choices": [{"message": {"content": null}}]}': "content",
    b'{"choices": [{"message": {"content": ["a"]}}]}': "content",
    b'{"choices": [{"message": {"content": 7}}]}': "content",
    b'{"choices": [{"message": {"content": "  "}}]}': "empty",
    b'{"choices": [{"message": {"content": "a\\u0000b"}}]}': "characters",
    b'{"choices": [{"message": {"content": "a\\ud800b"}}]}': "characters",
    b'{"choices": [{"finish_reason": "content_filter", "message": {"content": "a"}}]}': "filtered",
    b'{"choices": [{"message": {"content": "' + b"a" * 30_000 + b'"}}]}': "oversized",
}


@pytest.mark.parametrize(("body", "note"), BAD.items(), ids=lambda v: str(v)[:40])
def test_a_malformed_answer_is_none(body: bytes, note: str) -> None:
    with pytest.raises(BadAnswer) as caught:
        read_answer(body)
    assert caught.value.note == f"server:{note}"


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["choices", "message", "content", "finish_reason"]), inner
            )
        ),
        max_leaves=12,
    )
)
def test_any_json_is_an_answer_or_a_bad_one(value: Any) -> None:
    with suppress(BadAnswer):
        read_answer(json.dumps(value).encode()).text.encode("utf-8")


def by_brief(bad: Behaviour) -> Behaviour:
    """Misbehave for the brief whose headline says so; answer the others well."""

    def behave(handler: Handler, body: dict[str, Any]) -> None:
        if "Broken" in body["messages"][0]["content"]:
            bad(handler, body)
        else:
            reply(handler, completion(GOOD))

    return behave


def oversized(handler: Handler, _: dict[str, Any]) -> None:
    reply(handler, b'{"choices": "' + b"a" * 1_100_000 + b'"}')


def truncated(handler: Handler, _: dict[str, Any]) -> None:
    """Promise more bytes than are sent."""
    handler.send_response(200)
    handler.send_header("Content-Length", "5000")
    handler.end_headers()
    handler.wfile.write(b'{"choices": [{"mess')


@pytest.mark.parametrize(
    ("bad", "note"),
    [
        (always(b"{"), "server:json"),
        (always({"choices": []}), "server:choices"),
        (always({"error": "too long"}, 400), "server:refused"),
        (always({"error": "too long"}, 413), "server:refused"),
        (oversized, "server:oversized"),
        (truncated, "server:json"),
    ],
)
def test_one_bad_answer_fails_its_brief_alone(bad: Behaviour, note: str) -> None:
    broken = Brief(id="b-2", kind="news", facts=(Fact("headline", "Broken"),))
    with serving(by_brief(bad)) as server:
        drafts = writer(server.url).write([brief(1), broken, brief(3)], seed=1, attempt=1)
    assert [d.text for d in drafts] == [GOOD, "", GOOD]
    assert [d.faithful for d in drafts] == [True, False, True]
    assert drafts[1].notes == (note,)


def test_a_server_that_answers_nobody_stores_nothing() -> None:
    with serving(always(b"<html>")) as server, pytest.raises(GenerationError, match="server:json"):
        writer(server.url).write([brief(1), brief(2)], seed=1, attempt=1)


def test_a_busy_server_is_asked_again_and_waits_grow() -> None:
    waits: list[float] = []
    answers = in_turn(
        always({}, 503), always({}, 429, Retry_After="3"), hang_up, always(completion(GOOD))
    )
    with serving(answers) as server:
        (draft,) = writer(server.url, waits=waits).write([brief()], seed=1, attempt=1)
    assert draft.faithful
    assert waits == [0.5, 3.0, 2.0]


@pytest.mark.parametrize("bad", [always({}, 500), hang_up], ids=["500", "hang up"])
def test_a_server_that_stays_busy_stops_the_batch(bad: Behaviour) -> None:
    with serving(bad) as server, pytest.raises(ServerBusy, match=r"127\.0\.0\.1"):
        writer(server.url).write([brief()], seed=1, attempt=1)
    assert len(server.asked) == TRIES


@pytest.mark.parametrize(("status", "text"), [(401, "key"), (404, "404"), (307, "307")])
def test_what_asking_again_can_t_mend_is_asked_once(status: int, text: str) -> None:
    with (
        serving(always({}, status, Location="http://192.0.2.1/")) as server,
        pytest.raises(ServerRefused, match=text),
    ):
        writer(server.url).write([brief()], seed=1, attempt=1)
    assert len(server.asked) == 1


def test_one_whole_answer_has_a_time() -> None:
    """A byte now and then keeps no connection alive beyond the limit."""
    began = time.monotonic()
    with serving(drip) as server, pytest.raises(ServerBusy, match="too long"):
        writer(server.url, seconds=0.3).write([brief()], seed=1, attempt=1)
    assert time.monotonic() - began < 8


def test_nobody_listening_is_said() -> None:
    with pytest.raises(ServerBusy, match="no answer"):
        writer("http://127.0.0.1:9/v1").write([brief()], seed=1, attempt=1)


def config(*hosts: str) -> Any:
    return SimpleNamespace(
        allows_host=lambda host: host in hosts,
        limits=SimpleNamespace(server_seconds=5.0, candidates=2),
    )


def entry(source: str) -> ModelEntry:
    return ModelEntry("our-7b", "writer", source, "unknown", revision="org/seven-b", remote=True)


def test_the_key_comes_from_the_entry_s_own_variable() -> None:
    assert key_variable("our-7b") == "OUR_7B_API_KEY"
    assert key_variable("7b") == "_7B_API_KEY"
    server = server_of(entry("http://127.0.0.1:8000/v1"), config(), {"OUR_7B_API_KEY": "secret"})
    assert (server.key, server.model) == ("secret", "org/seven-b")
    assert "secret" not in repr(server)


def test_the_key_is_sent_and_is_no_part_of_a_draft_s_identity() -> None:
    with serving(always(completion(GOOD))) as server:
        keyed = ServerGenerator("r", Server(server.url, "tiny", 5, "secret"), KINDS)
        keyed.write([brief()], seed=1, attempt=1)
    assert server.asked[0][1]["Authorization"] == "Bearer secret"
    assert keyed.settings_digest == writer(server.url).settings_digest


@pytest.mark.parametrize(
    ("source", "env", "message"),
    [
        ("https://models.example/v1", {}, "models.example"),
        ("ftp://127.0.0.1/v1", {}, "no http"),
        ("https://user:word@127.0.0.1/v1", {}, "no http"),
        ("https://127.0.0.1/v1?key=1", {}, "no http"),
        ("https://127.0.0.1:port/v1", {}, "no http"),
        ("http://lan.example/v1", {"OUR_7B_API_KEY": "secret"}, "unencrypted"),
        ("http://127.0.0.1/v1", {"OUR_7B_API_KEY": "a\nHost: b"}, "holds no key"),
    ],
)
def test_places_and_keys_that_are_refused(source: str, env: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigError, match=message) as caught:
        server_of(entry(source), config("lan.example"), env)
    assert "secret" not in str(caught.value)
    assert caught.value.hint


def test_an_allowed_host_may_be_asked() -> None:
    assert server_of(entry("https://lan.example/v1"), config("lan.example"), {}).seconds == 5.0


def test_a_server_of_the_lock_is_a_writer_without_a_digest(tmp_path: Path) -> None:
    options = {"name": "our-server", "licence": "unknown", "trained_on": ["unknown"],
               "approved_for": ["news"], "languages": ["en"]}  # fmt: skip
    with serving(always(completion(GOOD))) as server:
        add_entry(tmp_path, server.url, options=options)
        generator = create_generator("our-server", KINDS, ModelStore(tmp_path), config())
        (draft,) = generator.write([brief()], seed=1, attempt=1)
    assert (draft.writer, draft.model_digest, draft.faithful) == ("our-server", "", True)
