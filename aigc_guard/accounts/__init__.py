"""Who works here: accounts, their roles, signing in at the console and the command line."""

from __future__ import annotations

from aigc_guard.accounts.people import (
    add_account,
    change_roles,
    close_account,
    refuse_without,
    set_password,
    unlock_account,
)
from aigc_guard.accounts.permissions import GRANTS, Permission, Role, may
from aigc_guard.accounts.signing_in import (
    SignedIn,
    find_session,
    open_session,
    sign_in,
    sign_out,
)

__all__ = [
    "GRANTS",
    "Permission",
    "Role",
    "SignedIn",
    "add_account",
    "change_roles",
    "close_account",
    "find_session",
    "may",
    "open_session",
    "refuse_without",
    "set_password",
    "sign_in",
    "sign_out",
    "unlock_account",
]
