"""A writer behind somebody else's server: ``transformers serve`` with the project's own model.

Its answers are real, malformed or not as they come: what is shown is that they are read as they
were written, and that a model which knows nothing of chat is never called faithful.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from types import SimpleNamespace

import pytest

from aigc_guard.generators.catalogue import create_generator
from aigc_guard.generators.free_writing import instruction_for
from aigc_guard.generators.prompts import prompt_format
from aigc_guard.generators.server import MAX_TOKENS
from aigc_guard.kinds import load_kinds
from aigc_guard.models import ModelStore, add_entry
from aigc_guard.records import Brief, Fact

ROOT = Path(__file__).parents[2]
KINDS = load_kinds(ROOT / "kinds")
BRIEFS = [
    Brief(id=f"b-{number}", kind="news", facts=(Fact("who", who),))
    for number, who in enumerate(("The museum", "Dana Reed", "The council"))
]
pytestmark = [pytest.mark.models, pytest.mark.timeout(300)]


@dataclass(frozen=True)
class Served:
    folder: Path
    url: str


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The project's writer, with a template that passes the question on, behind a free port."""
    folder = tmp_path_factory.mktemp("served") / "writer"
    shutil.copytree(ROOT / "models" / "writer-en", folder)
    (folder / "chat_template.jinja").write_text('{{ messages[0]["content"] }}', encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = Path(sys.executable).parent / "transformers"
    words = [str(program), "serve", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    log = folder.parent / "log"
    with log.open("wb") as said:
        server = subprocess.Popen(
            [*words, "--device", "cpu", "--dtype", "float32"],
            env={**os.environ, "HF_HUB_OFFLINE": "1"},
            stdout=said,
            stderr=said,
        )
    try:
        _wait_for(port, server, log)
        yield Served(folder, f"http://127.0.0.1:{port}/v1")
    finally:
        server.terminate()
        server.wait(30)


def _wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(1200):
        assert server.poll() is None, log.read_text(errors="replace")[-2000:]
        asked = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            asked.request("GET", "/health")
            if asked.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            asked.close()
    raise AssertionError("the server never answered")


def _locally(folder: Path, question: str) -> str:
    """What the model itself says, most likely token by most likely token."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(str(folder))
    model = AutoModelForCausalLM.from_pretrained(str(folder), dtype=torch.float32).eval()
    ids = tokenizer(question, return_tensors="pt", add_special_tokens=False)
    with torch.inference_mode():
        out = model.generate(**ids, max_new_tokens=MAX_TOKENS, do_sample=False)
    return str(tokenizer.decode(out[0, ids["input_ids"].shape[1] :], skip_special_tokens=True))


def test_a_real_server_s_answers_are_read_as_the_model_wrote_them(
    served: Served, tmp_path: Path
) -> None:
    options = {"name": "served", "licence": "Apache-2.0", "trained_on": ["unknown"],
               "approved_for": ["news"], "languages": ["en"],
               "revision": str(served.folder)}  # fmt: skip
    add_entry(tmp_path, served.url, options=options)
    config = SimpleNamespace(limits=SimpleNamespace(server_seconds=120.0, candidates=1))
    writer = create_generator("served", KINDS, ModelStore(tmp_path), config)
    drafts = writer.write(BRIEFS, seed=1, attempt=1)
    assert [draft.brief_id for draft in drafts] == [brief.id for brief in BRIEFS]
    assert not any(draft.faithful for draft in drafts)
    read = [not any(note.startswith("server:") for note in draft.notes) for draft in drafts]
    assert any(read)
    for brief, draft, could_read in zip(BRIEFS, drafts, read, strict=True):
        question = instruction_for(brief, prompt_format(KINDS["news"])).strip()
        wrote = " ".join(_locally(served.folder, question).split())
        assert " ".join(draft.text.split()) == (wrote if could_read else "")
        assert draft.model_digest == ""
