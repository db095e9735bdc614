from __future__ import annotations

import pytest

from aigc_guard.accounts import (
    GRANTS,
    Permission,
    Role,
    add_account,
    change_roles,
    close_account,
    find_session,
    may,
    set_password,
    sign_in,
    sign_out,
)
from aigc_guard.accounts.signing_in import LOCK_SECONDS, MOST_FAILURES, TRIES_PER_PLACE
from aigc_guard.errors import ReviewError, StoreError
from aigc_guard.store import Account, Store
from aigc_guard.testing import FixedClock

SECRET = "four calm words here"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


def added(store: Store, clock: FixedClock, login: str = "ann", *roles: str) -> Account:
    return add_account(
        store, login, roles=roles or ("reviewer",), password=SECRET, clock=clock, name="Ann Lee"
    )


def test_a_password_opens_a_session_that_the_store_can_not_give_away(
    store: Store, clock: FixedClock
) -> None:
    account = added(store, clock)
    found = sign_in(store, " ANN ", SECRET, clock=clock)
    assert found.account.account_id == account.account_id
    assert SECRET not in account.password
    assert account.password.startswith("$argon2id$")
    assert found.token not in repr(store.sessions_of(account.account_id))
    again = find_session(store, found.token, clock=clock)
    assert again is not None
    assert again.account.login == "ann"
    sign_out(store, again, clock=clock)
    assert find_session(store, found.token, clock=clock) is None


def test_events_name_nobody(store: Store, clock: FixedClock) -> None:
    account = added(store, clock)
    sign_in(store, "ann", SECRET, clock=clock)
    events = store.events(subject=account.account_id)
    assert [event.kind for event in events] == ["account.added", "session.opened"]
    assert "ann" not in repr([event.body for event in events]).lower()
    assert {event.actor for event in events} == {"aigc_guard", account.account_id}


def test_five_failures_lock_an_account_even_for_the_right_password(
    store: Store, clock: FixedClock
) -> None:
    added(store, clock)
    for _ in range(MOST_FAILURES):
        with pytest.raises(ReviewError, match="don't fit"):
            sign_in(store, "ann", "wrong", clock=clock)
    with pytest.raises(ReviewError, match="don't fit"):
        sign_in(store, "ann", SECRET, clock=clock)
    clock.advance(LOCK_SECONDS + 1)
    assert sign_in(store, "ann", SECRET, clock=clock).token


def test_a_place_that_tries_many_names_is_refused(store: Store, clock: FixedClock) -> None:
    added(store, clock)
    for number in range(TRIES_PER_PLACE):
        with pytest.raises(ReviewError):
            sign_in(store, f"name{number}", "wrong", clock=clock, place="192.0.2.1")
    with pytest.raises(ReviewError):
        sign_in(store, "ann", SECRET, clock=clock, place="192.0.2.1")
    assert sign_in(store, "ann", SECRET, clock=clock, place="192.0.2.2").token


def test_a_session_ends_when_it_is_idle_and_when_it_is_old(store: Store, clock: FixedClock) -> None:
    added(store, clock)
    idle = sign_in(store, "ann", SECRET, clock=clock).token
    clock.advance(9 * 3600)
    assert find_session(store, idle, clock=clock) is None
    used = sign_in(store, "ann", SECRET, clock=clock).token
    for _ in range(7):
        assert find_session(store, used, clock=clock) is not None
        clock.advance(3.5 * 3600)
    assert find_session(store, used, clock=clock) is None


def test_a_closed_account_and_a_new_password_end_sessions(store: Store, clock: FixedClock) -> None:
    account = added(store, clock)
    first = sign_in(store, "ann", SECRET, clock=clock)
    second = sign_in(store, "ann", SECRET, clock=clock)
    set_password(store, account, "another calm line", clock=clock, keep=second.session.token_sha256)
    assert find_session(store, first.token, clock=clock) is None
    assert find_session(store, second.token, clock=clock) is not None
    close_account(store, account, active=False, clock=clock)
    assert find_session(store, second.token, clock=clock) is None
    with pytest.raises(ReviewError):
        sign_in(store, "ann", "another calm line", clock=clock)


@pytest.mark.parametrize("password", ["short", "ann-ann-ann-ann", "aaaabbbbaaaabbbb", "x" * 1001])
def test_weak_passwords_are_refused(store: Store, clock: FixedClock, password: str) -> None:
    with pytest.raises(ReviewError):
        add_account(store, "ann", roles=["reader"], password=password, clock=clock)
    assert store.accounts() == []


def test_names_are_taken_once_and_roles_are_known_ones(store: Store, clock: FixedClock) -> None:
    added(store, clock)
    with pytest.raises(StoreError, match="taken"):
        added(store, clock, "Ann")
    with pytest.raises(ReviewError, match="role"):
        added(store, clock, "bo", "king")
    with pytest.raises(ReviewError, match="sign in"):
        added(store, clock, "../etc")


def test_nobody_changes_their_own_roles_or_closes_themselves(
    store: Store, clock: FixedClock
) -> None:
    admin = added(store, clock, "root-admin", "admin")
    own = admin.account_id
    with pytest.raises(ReviewError):
        change_roles(store, admin, roles=["lead"], policy_roles=(), clock=clock, by=own)
    with pytest.raises(ReviewError):
        close_account(store, admin, active=False, clock=clock, by=own)
    other = added(store, clock, "bo")
    changed = change_roles(
        store, other, roles=["lead"], policy_roles=["news-editor"], clock=clock, by=own
    )
    assert (changed.roles, changed.policy_roles) == (("lead",), ("news-editor",))


def test_every_permission_is_granted_and_an_admin_decides_nothing_about_content() -> None:
    assert set(GRANTS) == set(Permission)
    assert all(GRANTS.values())
    for permission in (Permission.REVIEW, Permission.DECIDE_POLICY, Permission.EDIT_TEXT):
        assert not may([Role.ADMIN], permission)
    assert not may(["no-such-role"], Permission.SEE)
