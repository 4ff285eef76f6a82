"""A real OpenID Connect provider, in a process of its own: authlib's server with ProConnect's manners.

`python -m tests.helpers.oidc_provider PORT` serves on the loopback. It knows one client and whoever the
test names at `/person`; its userinfo is a signed JWT. `/person` may also name one fault, so that a test
sees that the portal refuses what a careless client would take.
"""

from __future__ import annotations

import os
import sys
import time
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer, ResourceProtector, current_token
from authlib.oauth2.rfc6749 import ClientMixin, TokenMixin, grants
from authlib.oauth2.rfc6750 import BearerTokenValidator
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import UserInfo
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID, CLIENT_SECRET = "trefle-test", "a secret that only the two of us know"


class Client(ClientMixin):  # type: ignore[misc]
    """The portal, as the provider knows it."""

    def __init__(self, back_to: str) -> None:
        self.back_to = back_to
        self.client_id = CLIENT_ID
        self.id_token_signed_response_alg = "RS256"

    def get_client_id(self) -> str:
        return CLIENT_ID

    def get_default_redirect_uri(self) -> str:
        return self.back_to

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.back_to

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == CLIENT_SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_post"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


class Code:
    """A code that serves once."""

    def __init__(self, code: str, request: Any, person: dict[str, Any]) -> None:
        data = request.payload.data
        self.code, self.person, self.made = code, person, int(time.time())
        self.redirect_uri, self.scope = data.get("redirect_uri"), data.get("scope")
        self.nonce = data.get("nonce")
        self.code_challenge = data.get("code_challenge")
        self.code_challenge_method = data.get("code_challenge_method")

    def get_redirect_uri(self) -> str:
        return str(self.redirect_uri)

    def get_scope(self) -> str:
        return str(self.scope)

    def get_nonce(self) -> str:
        return "of somebody else" if self.person.get("fault") == "nonce" else str(self.nonce)

    def get_auth_time(self) -> int:
        return self.made

    def get_acr(self) -> str:
        return str(self.person.get("acr", "eidas1"))

    def get_amr(self) -> list[str]:
        return list(self.person.get("amr", ["pwd"]))


class Token(TokenMixin):  # type: ignore[misc]
    """An access token."""

    def __init__(self, values: dict[str, Any], person: dict[str, Any]) -> None:
        self.values, self.person = values, person

    def is_expired(self) -> bool:
        return False

    def is_revoked(self) -> bool:
        return False

    def get_scope(self) -> str:
        return str(self.values["scope"])


class World:
    """What the provider holds: its keys, the codes and tokens it gave, who sits before the browser."""

    def __init__(self, issuer: str, back_to: str) -> None:
        self.issuer, self.client = issuer, Client(back_to)
        parameters = {"kid": "one", "use": "sig", "alg": "RS256"}
        self.key = RSAKey.generate_key(2048, parameters)
        self.wrong_key = RSAKey.generate_key(2048, parameters)
        self.codes: dict[str, Code] = {}
        self.tokens: dict[str, Token] = {}
        self.person: dict[str, Any] = {"sub": "nobody"}
        self.signed_out: list[str] = []

    def key_of(self, person: dict[str, Any], fault: str) -> RSAKey:
        return self.wrong_key if person.get("fault") == fault else self.key


def code_grant(world: World) -> type[grants.AuthorizationCodeGrant]:
    """The grant of a code, kept in this world."""

    class CodeGrant(grants.AuthorizationCodeGrant):  # type: ignore[misc]
        TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_post",)

        def save_authorization_code(self, code: str, request: Any) -> Code:
            world.codes[code] = Code(code, request, dict(world.person))
            return world.codes[code]

        def query_authorization_code(self, code: str, client: Client) -> Code | None:
            return world.codes.get(code)

        def delete_authorization_code(self, authorization_code: Code) -> None:
            world.codes.pop(authorization_code.code, None)

        def authenticate_user(self, authorization_code: Code) -> dict[str, Any]:
            return authorization_code.person

    return CodeGrant


class Identity(OpenIDCode):  # type: ignore[misc]
    """The ID token, with the fault that the test asked for."""

    def __init__(self, world: World) -> None:
        super().__init__(require_nonce=True)
        self.world = world

    def exists_nonce(self, nonce: str, request: Any) -> bool:
        return any(one.nonce == nonce for one in self.world.codes.values())

    def resolve_client_private_key(self, client: Client) -> RSAKey:
        return self.world.key_of(self.world.person, "id_token_key")

    def get_client_claims(self, client: Client) -> dict[str, Any]:
        fault = self.world.person.get("fault")
        late = int(time.time()) - 7200
        claims = {
            "iss": "https://ailleurs.example" if fault == "issuer" else self.world.issuer,
            "aud": ["another-client"] if fault == "audience" else [CLIENT_ID],
        }
        return {**claims, **({"exp": late, "iat": late - 60} if fault == "late" else {})}

    def generate_user_info(self, user: dict[str, Any], scope: str) -> UserInfo:
        return UserInfo(sub=user["sub"])


class Bearer(BearerTokenValidator):  # type: ignore[misc]
    """Access tokens of this world."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world

    def authenticate_token(self, token_string: str) -> Token | None:
        return self.world.tokens.get(token_string)


def signed_userinfo(world: World, person: dict[str, Any]) -> Response:
    """Who the person is, as a signed JWT, with the fault that the test asked for."""
    fault = person.get("fault")
    claims = {name: value for name, value in person.items() if name != "fault"}
    audience = "another-client" if fault == "userinfo_for" else CLIENT_ID
    claims |= {"iss": world.issuer, "aud": audience}
    if fault == "subject":
        claims["sub"] = "somebody else"
    if fault == "unsigned":
        return jsonify(claims)
    key = world.key_of(person, "userinfo_key")
    text = jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)
    return Response(text, mimetype="application/jwt")


def add_protocol(app: Flask, world: World) -> None:
    """The addresses of the protocol that hand out codes, tokens and identities."""

    def save_token(values: dict[str, Any], request: Any) -> None:
        world.tokens[values["access_token"]] = Token(values, request.user)

    server = AuthorizationServer(
        app,
        query_client=lambda client_id: world.client if client_id == CLIENT_ID else None,
        save_token=save_token,
    )
    server.register_grant(code_grant(world), [Identity(world), CodeChallenge(required=True)])
    protect = ResourceProtector()
    protect.register_token_validator(Bearer(world))

    @app.get("/authorize")
    def authorize() -> Any:
        grant = server.get_consent_grant(end_user=world.person)
        return server.create_authorization_response(grant=grant, grant_user=world.person)

    @app.post("/token")
    def token() -> Any:
        return server.create_token_response()

    @app.get("/userinfo")
    @protect("openid")
    def userinfo() -> Response:
        return signed_userinfo(world, current_token.person)


def create_provider(issuer: str, back_to: str) -> Flask:
    """The provider's application."""
    app, world = Flask("provider"), World(issuer, back_to)
    add_protocol(app, world)

    @app.get("/.well-known/openid-configuration")
    def discovery() -> Response:
        return jsonify(
            issuer=issuer,
            authorization_endpoint=f"{issuer}/authorize",
            token_endpoint=f"{issuer}/token",
            userinfo_endpoint=f"{issuer}/userinfo",
            jwks_uri=f"{issuer}/jwks",
            end_session_endpoint=f"{issuer}/logout",
        )

    @app.get("/jwks")
    def jwks() -> Response:
        return jsonify(keys=[world.key.as_dict(private=False)])

    @app.post("/person")
    def person() -> Response:
        world.person = request.get_json()
        return jsonify(ok=True)

    @app.get("/logout")
    def logout() -> Any:
        hint = jwt.decode(request.args["id_token_hint"], world.key).claims
        world.signed_out.append(hint["sub"])
        return redirect(request.args["post_logout_redirect_uri"])

    @app.get("/signed-out")
    def signed_out() -> Response:
        return jsonify(world.signed_out)

    return app


if __name__ == "__main__":
    from waitress import serve

    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # the loopback, in a test
    port = int(sys.argv[1])
    address = f"http://127.0.0.1:{port}"
    serve(create_provider(address, sys.argv[2]), host="127.0.0.1", port=port, threads=4)
