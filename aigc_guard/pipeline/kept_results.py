"""What the tests of a policy showed, kept until anything that could change it changes.

The key is over the policy, its tests, the models' lock, this program's own files and the versions
of what is installed beside it. Nothing of a draft is kept: rules, outcomes and lines only.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from aigc_guard.pipeline.fingerprint import bytes_of, fingerprint
from aigc_guard.pipeline.kept_passes import read_kept, write_kept
from aigc_guard.policy.ruleset import Policy
from aigc_guard.policy.trial import CaseResult

_OURS = "aigc_guard.checks."


class KeptResults:
    """Results by key in one JSON file; a file that can't be read is as good as none."""

    def __init__(self, path: Path, lock: Path) -> None:
        """``lock`` is the models.lock under which the tests are run."""
        self.path = path
        self._models = bytes_of(lock)
        self._kept = read_kept(path)

    def get(self, policy: Policy) -> list[CaseResult] | None:
        """One result per test of the policy, or None if they have to be run."""
        rows = self._kept.get(self._key(policy))
        if not isinstance(rows, list) or len(rows) != len(policy.cases):
            return None
        try:
            return [
                CaseResult(
                    policy.name,
                    case,
                    problems=tuple(dict(words) for words in row["problems"]),
                    unreached=tuple(row["unreached"]),
                )
                for case, row in zip(policy.cases, rows, strict=True)
            ]
        except (KeyError, TypeError, ValueError):
            return None

    def put(self, policy: Policy, results: Sequence[CaseResult]) -> None:
        """Keep what every check could measure, if all of them are this program's."""
        if any(one.unread for one in results) or not checks_are_ours(policy):
            return
        key = self._key(policy)
        self._kept.pop(key, None)
        self._kept[key] = [
            {"problems": [dict(words) for words in one.problems], "unreached": list(one.unreached)}
            for one in results
        ]
        write_kept(self.path, self._kept)

    def _key(self, policy: Policy) -> str:
        whole = hashlib.sha256(self._models)
        # A citation from a year that has not come is an impossible one.
        for part in (fingerprint(), str(datetime.now(UTC).year), policy.name, policy.digest):
            whole.update(f"{part}\n".encode())
        for rule in policy.rules:
            whole.update(f"{rule.id} {rule.request.check_type.__qualname__}\n".encode())
        for case in policy.cases:
            asked = json.dumps([case.rule, case.trips, case.passes])
            whole.update(f"{asked} {case.form.model_dump_json()}\n".encode())
        return whole.hexdigest()


def checks_are_ours(policy: Policy) -> bool:
    """Whether no other package's check is asked for: those may change unseen."""
    return all(rule.request.check_type.__module__.startswith(_OURS) for rule in policy.rules)
