"""An OpenID Connect provider on loopback that really signs: what the console signs in through."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey


class Provider(ThreadingHTTPServer):
    """``claims`` overrides what an ID token says, ``signer`` what it is signed with."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.key = RSAKey.generate_key(2048, parameters={"kid": "one", "alg": "RS256"})
        self.signer = self.key
        self.name = "ann-1"
        self.claims: dict[str, Any] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.secret = "known to both"

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def id_token(self, asked: dict[str, str], now: float) -> str:
        claims = {
            "iss": self.issuer,
            "sub": f"subject-of-{self.name}",
            "aud": asked["client_id"],
            "iat": int(now),
            "exp": int(now) + 300,
            "nonce": asked["nonce"],
            "preferred_username": self.name,
        } | self.claims
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.signer)


class _Handler(BaseHTTPRequestHandler):
    server: Provider

    def log_message(self, *_: Any) -> None: ...

    def _json(self, body: Any, status: int = 200) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        own = self.server
        if parts.path == "/.well-known/openid-configuration":
            self._json(
                {
                    "issuer": own.issuer,
                    "authorization_endpoint": f"{own.issuer}/authorize",
                    "token_endpoint": f"{own.issuer}/token",
                    "jwks_uri": f"{own.issuer}/keys",
                }
            )
        elif parts.path == "/keys":
            self._json({"keys": [own.key.as_dict(private=False)]})
        elif parts.path == "/authorize":
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            code = f"code-{len(own.codes)}"
            own.codes[code] = asked
            query = urlencode({"code": code, "state": asked["state"]})
            self.send_response(302)
            self.send_header("location", f"{asked['redirect_uri']}?{query}")
            self.end_headers()
        else:
            self._json({}, 404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        sent = {name: values[0] for name, values in parse_qs(body).items()}
        asked = self.server.codes.pop(sent.get("code", ""), None)
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        basic = base64.b64encode(f"console:{self.server.secret}".encode()).decode()
        if (
            asked is None
            or proof != asked["code_challenge"]
            or sent["redirect_uri"] != asked["redirect_uri"]
            or self.headers.get("authorization") != f"Basic {basic}"
        ):
            self._json({"error": "invalid_grant"}, 400)
            return
        now = float(asked.get("now", time.time()))
        token = self.server.id_token(asked, now)
        self._json({"access_token": "x", "token_type": "Bearer", "id_token": token})


@contextmanager
def provider() -> Iterator[Provider]:
    server = Provider()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
