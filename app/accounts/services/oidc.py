"""OpenID Connect, the part that talks to the provider: addresses, tokens, signatures. It reads no row and writes none.

ProConnect signs its userinfo (a JWT, not JSON), asks for `state` and `nonce`, and takes the client's
secret in the body. PKCE is sent too: a provider that does not know it ignores it.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry
from requests import RequestException, get

from app.core import clock
from app.core.errors import DomainError
from config import Settings

SCOPE = "openid given_name usual_name email siret"
ALGORITHMS = ["RS256", "ES256"]  # never "none", never a shared secret
# Five seconds: a person waits. The provider that was named answers itself: no redirection is followed.
TIMEOUT = 5
WIRE: dict[str, Any] = {"timeout": TIMEOUT, "allow_redirects": False}
LEEWAY = 60  # seconds between two clocks


class ProviderRefused(DomainError):
    """The provider does not answer, or what it answers cannot be trusted. The reason is for the log alone."""

    default = (
        "La connexion par ProConnect n’a pas abouti. Recommencez ; si cela dure, "
        "connectez-vous avec votre mot de passe."
    )

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Departure:
    """What a sign-in remembers between leaving for the provider and coming back: it lives in this browser's cookie."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the provider says came back.

    Attributes:
        has_verified_email: the provider has checked that the address is theirs.
        has_second_factor: the provider asked for two factors.
        id_token: kept for the sign-out.
    """

    issuer: str
    subject: str
    email: str
    has_verified_email: bool
    has_second_factor: bool
    id_token: str


def depart(settings: Settings, *, back_to: str) -> tuple[str, Departure]:
    """The provider's address where the browser goes, and what to remember until it comes back.

    Raises:
        ProviderRefused: the provider does not say where it is.
    """
    departure = Departure(*(secrets.token_urlsafe(32) for _ in range(3)))
    found = _discover(settings)
    client = _client(settings, back_to)
    address, _state = client.create_authorization_url(
        found["authorization_endpoint"],
        state=departure.state,
        nonce=departure.nonce,
        code_verifier=departure.verifier,
        acr_values="eidas1",
    )
    return str(address), departure


def come_back(
    settings: Settings, departure: Departure, *, back_to: str, code: str, state: str
) -> Identity:
    """Turn the code into an identity: state, ID token and signed userinfo are all checked.

    Raises:
        ProviderRefused: one of them is not right.
    """
    if not hmac.compare_digest(departure.state.encode(), state.encode()):
        raise ProviderRefused("state")
    found = _discover(settings)
    client = _client(settings, back_to)
    try:
        tokens = client.fetch_token(
            found["token_endpoint"], code=code, code_verifier=departure.verifier, **WIRE
        )
        answer = client.get(found["userinfo_endpoint"], **WIRE)
        answer.raise_for_status()
        keys = KeySet.import_key_set(client.get(found["jwks_uri"], **WIRE).json())
    except (OAuthError, RequestException, ValueError, JoseError) as error:
        raise ProviderRefused(type(error).__name__) from error
    id_token = str(tokens.get("id_token") or "")
    claims = _checked(settings, keys, id_token, needs_dates=True)
    if not hmac.compare_digest(str(claims.get("nonce", "")), departure.nonce):
        raise ProviderRefused("nonce")
    person = _checked(settings, keys, answer.text.strip(), needs_dates=False)
    if not claims.get("sub") or person.get("sub") != claims["sub"]:
        raise ProviderRefused("sub")
    return _identity(settings, claims, person, id_token)


def goodbye(settings: Settings, *, id_token: str, back_to: str) -> str | None:
    """The address that signs out at the provider, None when it has none or does not answer."""
    try:
        endpoint = _discover(settings).get("end_session_endpoint")
    except ProviderRefused:
        return None
    if not endpoint:
        return None
    values = {
        "id_token_hint": id_token,
        "state": secrets.token_urlsafe(16),
        "post_logout_redirect_uri": back_to,
    }
    return f"{endpoint}?{urlencode(values)}"


def _identity(
    settings: Settings, claims: dict[str, Any], person: dict[str, Any], id_token: str
) -> Identity:
    marks = set(settings.oidc_second_factor_marks.split())
    given = {str(claims.get("acr", "")), *map(str, claims.get("amr") or ())}
    verified = person.get("email_verified") is True or settings.oidc_vouches_for_emails
    email = str(person.get("email") or "").strip().lower()
    return Identity(
        issuer=settings.oidc_issuer,
        subject=str(claims["sub"])[:255],
        email=email,
        has_verified_email=bool(email) and verified,
        has_second_factor=not marks.isdisjoint(given),
        id_token=id_token,
    )


def _checked(settings: Settings, keys: KeySet, token: str, *, needs_dates: bool) -> dict[str, Any]:
    """The claims of a token signed by the provider, for us, now.

    Raises:
        ProviderRefused: they are not.
    """
    dates: dict[str, Any] = (
        {"exp": {"essential": True}, "iat": {"essential": True}} if needs_dates else {}
    )
    registry = JWTClaimsRegistry(
        now=int(clock.now().timestamp()),
        leeway=LEEWAY,
        iss={"essential": True, "value": settings.oidc_issuer},
        aud={"essential": True, "value": settings.oidc_client_id},
        **dates,
    )
    try:
        claims = jwt.decode(token, keys, algorithms=ALGORITHMS).claims
        registry.validate(claims)
    except (JoseError, ValueError) as error:
        raise ProviderRefused(type(error).__name__) from error
    return dict(claims)


def _discover(settings: Settings) -> dict[str, str]:
    """What the provider says of itself; it must say that it is the one we asked."""
    try:
        answer = get(
            settings.oidc_issuer.rstrip("/") + "/.well-known/openid-configuration",
            timeout=TIMEOUT,
            allow_redirects=False,
        )
        answer.raise_for_status()
        found = answer.json()
    except (RequestException, ValueError) as error:
        raise ProviderRefused(type(error).__name__) from error
    needed = {"authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"}
    if not isinstance(found, dict) or found.get("issuer") != settings.oidc_issuer:
        raise ProviderRefused("issuer")
    if not needed <= found.keys():
        raise ProviderRefused("discovery")
    return found


def _client(settings: Settings, back_to: str) -> OAuth2Session:
    return OAuth2Session(
        settings.oidc_client_id,
        settings.oidc_client_secret,
        scope=SCOPE,
        redirect_uri=back_to,
        code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_post",
    )
