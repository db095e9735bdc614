"""Runs in the browser: looked at, ordered, run by a process of their own, watched, cleared away."""

from __future__ import annotations

import fcntl
import io
import json
import shutil
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from aigc_guard.accounts import add_account
from aigc_guard.config import load_config
from aigc_guard.pipeline.looking import look
from aigc_guard.pipeline.project import Project
from aigc_guard.records import Quarantined
from tests.dashboard.browsing import Person, chromium, missing_browser, served, until
from tests.dashboard.conftest import PASSWORD, Browser, OpenBrowser, open_test_project
from tests.pipeline.conftest import ROOT

POLICY = """\
policy: desk
version: "1"
owner: desk
applies_to: {kinds: [news], languages: [en]}
rules:
  - id: no-rumour
    check: terms
    with: {banned: [rumour]}
    limits: {banned: 0.5}
    action: review
    message: {en: "A rumour.", zh: "传闻。"}
labels:
  - id: made-with-ai
    text: {en: "Written with AI.", zh: "本内容由人工智能生成。"}
"""
GOOD = {"id": "g", "kind": "news", "language": "en", "text": "The bridge opens on Monday."}
HELD = {"id": "h", "kind": "news", "language": "en", "text": "A rumour about the bridge."}
BAD = {"id": "b", "kind": "nwes", "language": "en", "text": "Words."}


def lines(*rows: dict[str, Any]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


@pytest.fixture
def looks_here(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are looked at in this process, which spares the start of another."""
    orders = app.state.console.orders
    monkeypatch.setattr(orders, "_look", lambda path, _: look(orders.project, [path], seed=0))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    folder = tmp_path / "project"
    (folder / "policies").mkdir(parents=True)
    shutil.copytree(ROOT / "kinds", folder / "kinds")
    (folder / "models").mkdir()
    (folder / "policies" / "desk.yaml").write_text(POLICY, encoding="utf-8")
    (folder / "aigc_guard.toml").write_text('store = "sqlite:///state/store.db"\n')
    return open_test_project(folder)


def send(somebody: Browser, data: bytes, name: str = "briefs.jsonl", **fields: str) -> Any:
    form = {"csrf": somebody.token(), "do": "look", **fields}
    files = {"briefs": (name, data)}
    return somebody.client.post("/runs/start", data=form, files=files, follow_redirects=False)


def test_a_run_is_looked_at_ordered_and_watched(
    visit: OpenBrowser, project: Project, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", f"{ROOT}:{ROOT / 'tests' / 'offline'}")
    editor = visit("editor")
    orders = app.state.console.orders
    apart = orders._look
    monkeypatch.setattr(orders, "_look", lambda path, _: look(project, [path], seed=0))
    assert "There was no run yet" in editor.get("/runs").text
    page = send(editor, lines(GOOD, BAD, HELD))
    assert page.status_code == 200, page.text
    assert "briefs that can be used: 2; problems found: 1" in page.text
    for words in ('<td class="n">2</td>', "<code>kind</code>", "Did you mean news?"):
        assert words in page.text
    assert "Words." not in page.text
    refused = send(editor, lines(GOOD, BAD, HELD), do="start")
    assert refused.status_code == 409
    assert "nothing was started" in refused.text
    assert list(orders.folder.glob("*")) == []  # what nobody starts is not kept
    assert project.store.get_runs() == []
    monkeypatch.setattr(orders, "_look", apart)
    started = send(editor, lines(GOOD, BAD, HELD), do="start", leave_out="yes")
    assert started.status_code == 303, started.text
    place = started.headers["location"]
    run_id = place.removeprefix("/runs/")
    monkeypatch.setattr(orders, "_look", lambda path, _: look(project, [path], seed=0))
    # While it is at work nothing else is started, and its page says so.
    assert "under way" in send(editor, lines(GOOD), do="start").text
    until(lambda: not orders.running(), seconds=120)
    run = project.store.get_run(run_id)
    assert run is not None, orders.last_words(run_id)
    assert run.finished_at, orders.last_words(run_id)
    page = editor.get(place)
    assert "finished" in page.text
    assert "waits for review <strong>1</strong>" in page.text
    assert "released <strong>1</strong>" in page.text
    assert "Did you mean news?" in page.text
    assert "editor-1" in page.text
    report = editor.get(f"{place}/report/html")
    assert report.headers["content-disposition"].startswith("attachment")
    assert "<html" in report.text
    assert editor.get(f"{place}/report/exe").status_code == 404
    assert b"nwes" in editor.get(f"{place}/quarantine").content
    assert visit("reader").get(f"{place}/quarantine").status_code == 403
    (line,) = editor.get("/api/v1/runs").json()["runs"]
    assert (line["briefs"], line["written"], line["states"]) == (
        2,
        2,
        {"released": 1, "waiting": 1},
    )
    found = editor.get(f"/api/v1{place}").json()
    assert [one["briefs"] for one in found["batches"]] == [2]
    assert found["problems"][0]["row"] == 2
    ordered = project.store.events(kind="run.ordered")
    assert [(one.subject, one.body["briefs"]) for one in ordered] == [(run_id, 2)]
    assert editor.account is not None
    assert ordered[0].actor == editor.account.account_id
    orders.clear()
    assert not (orders.folder / run_id).exists()


@pytest.mark.browser
def test_a_run_is_started_by_forms_alone(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In Chromium without JavaScript: the file's mistakes first, then the run to its end."""
    if reason := missing_browser():
        pytest.skip(reason)
    monkeypatch.setenv("PYTHONPATH", f"{ROOT}:{ROOT / 'tests' / 'offline'}")
    add_account(project.store, "eva", roles=["editor"], password=PASSWORD, clock=project.clock)
    briefs = tmp_path / "briefs.jsonl"
    with served(project) as place, chromium(tmp_path / "profile", script=False) as driver:
        person = Person(driver, place)
        person.sign_in("eva", PASSWORD)
        briefs.write_bytes(lines(GOOD, BAD))
        person.go("/runs/start")
        person.find("#briefs").send_keys(str(briefs))
        person.leave(person.find("button[value=look]").click)
        assert "problems found: 1" in person.text
        assert "Did you mean news?" in person.text
        assert project.store.get_runs() == []
        briefs.write_bytes(lines(GOOD, HELD))
        person.find("#briefs").send_keys(str(briefs))
        person.leave(person.find("button[value=start]").click)
        run_id = person.path.removeprefix("/runs/")

        def looked_again() -> bool:
            person.leave(person.find(f"a[href='/runs/{run_id}'][data-key=l]").click)
            return "finished" in person.text

        until(looked_again, seconds=120)
        assert "released 1" in person.text
        assert "waits for review 1" in person.text


@pytest.mark.usefixtures("looks_here")
def test_a_run_that_ended_early_says_why(
    visit: OpenBrowser, project: Project, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = app.state.console.orders
    with orders.looked_at("a.jsonl", io.BytesIO(lines(GOOD)), language="en") as looked:
        command = ["sh", "-c", "echo error: no room >&2; exit 2"]
        monkeypatch.setattr(orders, "_command", lambda *_: command)
        editor = visit("editor")
        assert editor.account is not None
        run_id = orders.start(editor.account, looked)
    until(lambda: not orders.running())
    page = editor.get(f"/runs/{run_id}").text
    assert "ended before its time" in page
    assert "error: no room" in page
    assert orders.folder.stat().st_mode & 0o77 == 0


def test_a_lock_that_somebody_holds_is_believed(app: Any) -> None:
    orders = app.state.console.orders
    assert orders.running() == ""
    orders.folder.mkdir(parents=True)
    (orders.folder / "running").write_text("0123456789abcdef")
    with (orders.folder / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert orders.running() == "0123456789abcdef"
    assert orders.running() == ""


@pytest.mark.parametrize(
    "name", ["x.exe", "", "../../x", ".jsonl", "x.jsonl/..", "a.html", "x.jsonl\x00.exe"]
)
def test_only_brief_files_are_taken(visit: OpenBrowser, app: Any, name: str) -> None:
    answer = send(visit("editor"), lines(GOOD), name=name)
    assert answer.status_code in (400, 409)
    assert list(app.state.console.orders.folder.parent.rglob("*.jsonl")) == []


def test_a_name_is_no_way_out(app: Any) -> None:
    from aigc_guard.dashboard.orders import _file_name

    assert _file_name("../../etc/x.jsonl") == "x.jsonl"
    assert _file_name("C:\\briefs\\x y.csv") == "x_y.csv"
    assert _file_name("-rf $(id) <b>.csv") == "-rf_id_b_.csv"


def wide(rows: int) -> bytes:
    """A small workbook whose rows hold one cell each, in the last column there is."""
    from openpyxl import Workbook

    book, out = io.BytesIO(), io.BytesIO()
    Workbook().save(book)
    cells = "".join(
        f'<row r="{n}"><c r="XFD{n}" t="n"><v>1</v></c></row>' for n in range(1, rows + 1)
    )
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                before, _, after = data.partition(b"<sheetData></sheetData>")
                before = before.replace(b"A1:A1", f"A1:XFD{rows}".encode())
                data = before + b"<sheetData>" + cells.encode() + b"</sheetData>" + after
            new.writestr(name, data)
    return out.getvalue()


def zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for number in range(3):
            with made.open(f"xl/sheet{number}.xml", "w", force_zip64=True) as member:
                for _ in range(8):
                    member.write(b" " * 1024 * 1024)
    return out.getvalue()


def test_bombs_are_refused_by_the_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    from aigc_guard.intake.workbook import UnreadableError, parquet_rows, xlsx_records

    assert len(wide(100)) < 20_000
    assert len(list(xlsx_records(wide(3)))) == 3
    with monkeypatch.context() as patched:
        patched.setattr("aigc_guard.intake.workbook.MOST_CELLS", 1_000_000)
        with pytest.raises(UnreadableError, match="20 million cells"):
            list(xlsx_records(wide(100)))
    monkeypatch.setattr("aigc_guard.intake.workbook.MOST_UNPACKED", 16 * 1024**2)
    with pytest.raises(UnreadableError, match="1 GiB unpacked"):
        list(xlsx_records(zip_bomb()))
    column = pa.DictionaryArray.from_arrays(pa.array([0] * 300, pa.int32()), ["x" * 100_000])
    out = io.BytesIO()
    parquet.write_table(pa.table({"id": column}), out, compression="zstd", store_schema=False)
    assert len(out.getvalue()) < 50_000
    with pytest.raises(UnreadableError, match="1 GiB unpacked"):
        parquet_rows(out.getvalue())


def test_what_reads_an_upload_is_bounded(
    visit: OpenBrowser, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader that wants too much ends by itself; the console goes on."""
    from aigc_guard.dashboard import orders

    monkeypatch.setattr(orders, "LOOK_BYTES", 64 * 1024**2)
    answer = send(visit("editor"), lines(GOOD))
    assert answer.status_code == 409
    assert "can&#39;t be read as briefs" in answer.text
    assert visit("editor").get("/runs").status_code == 200


class FakePrefect(BaseHTTPRequestHandler):
    """As much of a Prefect server as starting a deployment needs; it notes what was asked."""

    asked: ClassVar[list[tuple[str, Any]]] = []

    def do_GET(self) -> None:
        self._answer({"id": "d-1"} if self.path.endswith("/name/produce/produce") else {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.asked.append((self.path, json.loads(body)))
        self._answer({"id": "f-1"})

    def _answer(self, data: dict[str, str]) -> None:
        body = json.dumps(data).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def prefect() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), FakePrefect)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    FakePrefect.asked.clear()
    yield f"http://127.0.0.1:{server.server_port}/api"
    server.shutdown()
    thread.join()


def test_a_run_is_handed_to_prefect(
    visit: OpenBrowser, project: Project, app: Any, prefect: str
) -> None:
    from aigc_guard.pipeline.looking import Look

    settings = f'\n[console]\nprefect_api = "{prefect}"\nprefect_ui = "https://flows.example"\n'
    config_file = project.config.root / "aigc_guard.toml"
    config_file.write_text(config_file.read_text() + settings)
    object.__setattr__(project, "config", load_config(project.config.root, {}))
    orders = app.state.console.orders
    found = Look("0123456789abcdef", 1, 0, (Quarantined("x", 1, "id", {}, {}, "0"),))
    orders._look = lambda *_: found
    editor = visit("editor")
    answer = send(editor, lines(GOOD), do="start", leave_out="yes")
    assert answer.headers["location"] == "/runs/0123456789abcdef"
    briefs = "state/orders/0123456789abcdef/briefs.jsonl"
    [(place, asked)] = FakePrefect.asked
    assert place == "/api/deployments/d-1/create_flow_run"
    assert len(asked.pop("idempotency_key")) == 32
    assert asked == {"parameters": {"parameters": {"briefs": [briefs]}}}
    assert (project.config.root / briefs).read_bytes() == lines(GOOD)
    page = editor.get("/runs/0123456789abcdef").text
    assert 'href="https://flows.example/runs/flow-run/f-1"' in page
    assert "begins in a moment" in page
    # A server that is not there, or not allowed, starts nothing and says so.
    for api, words in (
        ("http://127.0.0.1:9", "did not take"),
        ("https://x.example", "not allowed"),
    ):
        object.__setattr__(project.config.console, "prefect_api", api)
        answer = send(editor, lines(GOOD), do="start", leave_out="yes")
        assert answer.status_code == 409
        assert words in answer.text
