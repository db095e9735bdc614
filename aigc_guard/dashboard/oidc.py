"""Signing in through an OpenID Connect provider that the configuration names.

Authorisation code with PKCE; state and nonce stand in a short-lived cookie sealed by this console.
Who comes back must have an account already: a provider vouches for people and gives no roles.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from aigc_guard.accounts import SignedIn, open_session
from aigc_guard.accounts.moments import moment
from aigc_guard.accounts.people import bind_account
from aigc_guard.config import Config
from aigc_guard.dashboard.console import Console
from aigc_guard.errors import ConfigError, ReviewError, said
from aigc_guard.notify import LOOPBACK
from aigc_guard.store import Account

SECONDS = 10.0
LIFE_SECONDS = 600
ALGORITHMS = ["RS256", "ES256", "PS256", "EdDSA"]
_LEEWAY = 60


@dataclass(frozen=True, slots=True)
class Errand:
    """What is remembered while somebody is at the provider."""

    state: str
    nonce: str
    verifier: str
    next: str
    until: float


def is_configured(config: Config) -> bool:
    """Whether people can sign in through a provider."""
    return bool(config.console.oidc_issuer and config.console.oidc_client)


def begin(console: Console, *, back: str, next: str) -> tuple[str, str]:
    """The provider's address to go to, and the sealed cookie to come back with."""
    config = console.opened.config
    now = moment(console.opened.clock()).timestamp()
    errand = Errand(
        secrets.token_urlsafe(24),
        secrets.token_urlsafe(24),
        secrets.token_urlsafe(48),
        next,
        now + LIFE_SECONDS,
    )
    challenge = base64.urlsafe_b64encode(hashlib.sha256(errand.verifier.encode()).digest())
    query = {
        "response_type": "code",
        "client_id": config.console.oidc_client,
        "redirect_uri": back,
        "scope": "openid profile",
        "state": errand.state,
        "nonce": errand.nonce,
        "code_challenge": challenge.rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    place = _described(config)["authorization_endpoint"]
    return f"{place}{'&' if '?' in place else '?'}{urlencode(query)}", _seal(console, errand)


def finish(
    console: Console, *, sealed: str, query: Mapping[str, str], back: str
) -> tuple[SignedIn, str]:
    """A session for who came back from the provider, and where they wanted to go.

    Raises ReviewError, the same for every way this can fail.
    """
    from authlib.common.errors import AuthlibBaseError
    from httpx import HTTPError
    from joserfc.errors import JoseError

    opened = console.opened
    errand = _unseal(console, sealed)
    now = moment(opened.clock()).timestamp()
    sent = query.get("state", "")
    if (
        errand is None
        or errand.until < now
        or not hmac.compare_digest(errand.state.encode(), sent.encode())
    ):
        raise _refused()
    try:
        claims = _claims(opened.config, errand, code=query.get("code", ""), back=back, now=now)
    except (AuthlibBaseError, HTTPError, JoseError, KeyError, TypeError, ValueError):
        raise _refused() from None
    account = _account(console, claims)
    return open_session(opened.store, account, clock=opened.clock), errand.next


def _account(console: Console, claims: Mapping[str, Any]) -> Account:
    """The account of this subject; on the first time, the one an admin made for its name."""
    store, issuer = console.opened.store, console.opened.config.console.oidc_issuer
    subject = str(claims["sub"])
    found = store.account_by_subject(issuer, subject)
    if found is None:
        name = str(claims.get("preferred_username", ""))
        found = bind_account(store, name, issuer, subject, clock=console.opened.clock)
    if found is None or not found.active:
        raise _refused()
    return found


def _claims(
    config: Config, errand: Errand, *, code: str, back: str, now: float
) -> Mapping[str, Any]:
    """The verified claims of the ID token that the code is worth."""
    from joserfc import jwt
    from joserfc.jwk import KeySet

    described = _described(config)
    secret = config.console.oidc_secret
    with _client(config, secret.read_text(encoding="utf-8").strip() if secret else "") as client:
        token = client.fetch_token(
            described["token_endpoint"],
            code=code,
            redirect_uri=back,
            code_verifier=errand.verifier,
        )
        answer = client.request("GET", described["jwks_uri"], withhold_token=True)
        answer.raise_for_status()
    keys = KeySet.import_key_set(answer.json())
    claims: dict[str, Any] = jwt.decode(token["id_token"], keys, algorithms=ALGORITHMS).claims
    rules = jwt.JWTClaimsRegistry(
        now=int(now),
        leeway=_LEEWAY,
        iss={"essential": True, "value": config.console.oidc_issuer},
        sub={"essential": True},
        aud={"essential": True, "value": config.console.oidc_client},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": errand.nonce},
    )
    rules.validate(claims)
    return claims


def _described(config: Config) -> Mapping[str, str]:
    """What the issuer says of itself; every place it names must be at an allowed host."""
    issuer = config.console.oidc_issuer
    place = issuer.rstrip("/") + "/.well-known/openid-configuration"
    _refuse_foreign(place, config)
    with _client(config, "") as client:
        answer = client.request("GET", place, withhold_token=True)
        answer.raise_for_status()
    found = answer.json()
    if found.get("issuer") != issuer:
        raise _refused()
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    for name in names:
        _refuse_foreign(str(found.get(name, "")), config)
    return {name: str(found[name]) for name in names}


def _refuse_foreign(place: str, config: Config) -> None:
    parts = urlsplit(place)
    host = parts.hostname or ""
    local = host in LOOPBACK
    if parts.scheme not in (("http", "https") if local else ("https",)):
        raise ConfigError(
            said("the OpenID Connect provider must be reached by https"),
            hint=said("write console.oidc_issuer as https://…"),
        )
    if not local and not config.allows_host(host):
        raise ConfigError(
            said("the host {host} is not allowed", host=host),
            hint=said("name it in allowed_hosts in aigc_guard.toml"),
        )


def _client(config: Config, secret: str) -> Any:
    try:
        from authlib.integrations.httpx_client import OAuth2Client
    except ModuleNotFoundError as missing:
        raise ConfigError(
            said("signing in through a provider needs the package {name}", name=missing.name),
            hint=said("pip install 'aigc-guard[console]'"),
        ) from None
    return OAuth2Client(
        client_id=config.console.oidc_client,
        client_secret=secret or None,
        token_endpoint_auth_method="client_secret_basic" if secret else "none",
        timeout=SECONDS,
        trust_env=False,
        follow_redirects=False,
    )


def _equal(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode("utf-8", "replace"))


def _seal(console: Console, errand: Errand) -> str:
    kept = [errand.state, errand.nonce, errand.verifier, errand.next, errand.until]
    body = base64.urlsafe_b64encode(json.dumps(kept).encode())
    return f"{body.decode()}.{_mac(console, body)}"


def _unseal(console: Console, sealed: str) -> Errand | None:
    body, _, mac = sealed.partition(".")
    if not _equal(_mac(console, body.encode()), mac):
        return None
    return Errand(*json.loads(base64.urlsafe_b64decode(body)))


def _mac(console: Console, body: bytes) -> str:
    return hmac.new(console.key, b"oidc" + body, hashlib.sha256).hexdigest()


def _refused() -> ReviewError:
    return ReviewError(
        said("the provider's answer could not be believed, or nobody here has that account"),
        hint=said("try again, or ask an admin for an account that signs in through the provider"),
    )
