"""The register on line, tried against a server on this machine: its words, its silence, the file behind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.core.errors import Invalid
from app.openings import registry
from app.openings.registry import OnlineRegistry, StoredRegistry, registry_for
from app.openings.services import create_company, load_registry
from config import ConfigurationError, load_settings
from tests.openings.test_companies import REGISTER, SECOND_SIRET, SIREN, SIRET


def stated(siret: str, state: str, since: str) -> dict[str, Any]:
    """One establishment as INSEE's API writes it."""
    return {
        "siret": siret,
        "uniteLegale": {"denominationUniteLegale": "FOURNIL DES MONTS"},
        "adresseEtablissement": {
            "numeroVoieEtablissement": "4",
            "typeVoieEtablissement": "RUE",
            "libelleVoieEtablissement": "DU PORT",
            "codeCommuneEtablissement": "29232",
        },
        "periodesEtablissement": [
            {
                "dateDebut": since,
                "etatAdministratifEtablissement": state,
                "enseigne1Etablissement": "LE FOURNIL",
                "activitePrincipaleEtablissement": "10.71C",
            }
        ],
    }


@dataclass
class Server:
    """What the register says, and what was asked of it."""

    address: str = ""
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    waits: float = 0.0
    asked: list[tuple[str, str | None]] = field(default_factory=list)

    def says(self, path: str, body: object, status: int = 200) -> None:
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.answers[path] = (status, text)


@pytest.fixture
def server() -> Iterator[Server]:
    told = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.asked.append((self.path, self.headers["X-INSEE-Api-Key-Integration"]))
            sleep(told.waits)
            status, body = told.answers.get(self.path, (404, b"{}"))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing on the console."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        told.address = f"http://127.0.0.1:{listening.server_address[1]}"
        thread = Thread(target=listening.serve_forever, daemon=True)
        thread.start()
        yield told
        listening.shutdown()
        thread.join()


@pytest.fixture
def online(session: Session, tmp_path: Path, server: Server) -> OnlineRegistry:
    """The server, before a file in which the second bakery is closed."""
    file = tmp_path / "sirene.csv"
    file.write_text(REGISTER, encoding="utf-8")
    load_registry(session, file)
    return OnlineRegistry(StoredRegistry(session), server.address, "clef", 0.3)


def test_the_server_answers_first_and_is_asked_once_an_hour(
    online: OnlineRegistry, server: Server
) -> None:
    server.says(
        f"/siret/{SECOND_SIRET}", {"etablissement": stated(SECOND_SIRET, "A", "2026-01-02")}
    )

    first, again = online.establishment(SECOND_SIRET), online.establishment(SECOND_SIRET)

    assert first is not None
    assert first == again
    assert (first.name, first.naf_code, first.address) == ("LE FOURNIL", "1071C", "4 RUE DU PORT")
    assert (first.commune_code, first.is_closed, first.closed_on) == ("29232", False, None)
    assert server.asked == [(f"/siret/{SECOND_SIRET}", "clef")]


def test_a_list_puts_open_places_first_and_dates_the_closed_ones(
    online: OnlineRegistry, server: Server
) -> None:
    rows = [stated(SIRET, "F", "2026-03-31"), stated(SECOND_SIRET, "A", "2026-01-02")]
    server.says(f"/siret?q=siren%3A{SIREN}&nombre=1000", {"etablissements": rows})

    found = online.establishments(SIREN)

    assert [(one.siret, one.closed_on) for one in found] == [
        (SECOND_SIRET, None),
        (SIRET, date(2026, 3, 31)),
    ]


def test_the_masked_words_of_a_partial_diffusion_are_nobodys_name(
    online: OnlineRegistry, server: Server, session: Session, tmp_path: Path
) -> None:
    masked = stated(SIRET, "A", "2026-01-02")
    masked["statutDiffusionEtablissement"] = "P"
    masked["uniteLegale"] = dict.fromkeys(
        ("denominationUniteLegale", "nomUniteLegale", "prenomUsuelUniteLegale"), "[ND]"
    )
    for field_name in ("numeroVoie", "typeVoie", "libelleVoie"):
        masked["adresseEtablissement"][f"{field_name}Etablissement"] = "[ND]"
    masked["periodesEtablissement"][0]["enseigne1Etablissement"] = None
    server.says(f"/siret/{SIRET}", {"etablissement": masked})
    file = tmp_path / "masked.csv"
    file.write_text(
        "siret,enseigne1Etablissement,denominationUniteLegale,libelleVoieEtablissement,"
        f"codeCommuneEtablissement\n{SIRET},,[ND],[ND],29232\n",
        encoding="utf-8",
    )

    live = online.establishment(SIRET)
    load_registry(session, file)
    loaded = StoredRegistry(session).establishment(SIRET)

    for found in (live, loaded):
        assert found is not None
        assert (found.name, found.address) == (f"Établissement {SIRET}", None)
        assert (found.commune_code, found.is_closed) == ("29232", False)


def test_a_person_who_is_the_company_has_the_name_that_is_used(
    online: OnlineRegistry, server: Server
) -> None:
    row = stated(SIRET, "A", "2026-01-02")
    row["uniteLegale"] = {
        "denominationUniteLegale": None,
        "prenomUsuelUniteLegale": "LEA",
        "nomUniteLegale": "MARTIN",
        "nomUsageUniteLegale": "LE GALL",
    }
    row["periodesEtablissement"][0]["enseigne1Etablissement"] = None
    server.says(f"/siret/{SIRET}", {"etablissement": row})

    found = online.establishment(SIRET)

    assert found is not None
    assert found.name == "LEA LE GALL"


@pytest.mark.parametrize("status", [301, 403, 404])
def test_a_number_that_the_server_does_not_show_is_read_from_the_file_and_the_server_goes_on(
    online: OnlineRegistry, server: Server, status: int
) -> None:
    server.says(f"/siret/{SECOND_SIRET}", {"header": {"statut": status}}, status)
    server.says(f"/siret/{SIRET}", {"etablissement": stated(SIRET, "A", "2026-01-02")})

    hidden, other = online.establishment(SECOND_SIRET), online.establishment(SIRET)

    assert hidden is not None
    assert hidden.closed_on == date(2025, 3, 31)  # the file's word
    assert other is not None
    assert other.name == "LE FOURNIL"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"<html>Maintenance</html>", 200),
        ({"etablissement": {"siret": SECOND_SIRET}}, 200),
        ({"etablissement": None}, 200),
        ([1, 2], 200),
        ({"header": {"statut": 401}}, 401),
        ({}, 400),
        ({}, 500),
        (b"", 503),
        ({}, 429),
        ({}, 302),
    ],
)
def test_whatever_goes_wrong_the_file_answers_and_the_server_rests(
    online: OnlineRegistry, server: Server, body: object, status: int
) -> None:
    server.says(f"/siret/{SECOND_SIRET}", body, status)

    found = online.establishment(SECOND_SIRET)
    online.establishment(SIRET)

    assert found is not None
    assert (found.name, found.closed_on) == ("FOURNIL DES MONTS", date(2025, 3, 31))
    assert len(server.asked) == 1


def test_a_slow_or_absent_server_costs_one_short_wait(
    online: OnlineRegistry, server: Server, session: Session
) -> None:
    server.waits = 1.0
    gone = OnlineRegistry(StoredRegistry(session), "http://127.0.0.1:9", "", 0.3)

    late, absent = online.establishment(SIRET), gone.establishment(SIRET)

    assert late is not None
    assert late == absent
    assert online.establishments(SIREN) == StoredRegistry(session).establishments(SIREN)
    assert len(server.asked) == 1


def test_what_the_server_does_not_know_is_asked_of_the_file_and_nonsense_of_nobody(
    online: OnlineRegistry, server: Server
) -> None:
    known, nonsense = online.establishment(SIRET), online.establishment("../siren/1")

    assert known is not None
    assert nonsense is None
    assert online.establishments("1 OR 2") == ()
    assert [path for path, _ in server.asked] == [f"/siret/{SIRET}"]


def test_a_siret_that_the_server_says_closed_is_refused(
    app: Flask, session: Session, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(app.config["SETTINGS"], registry_url=f"{server.address}/")
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    server.says(f"/siret/{SIRET}", {"etablissement": stated(SIRET, "F", "2026-06-30")})

    registry.learn(session, SIRET)
    with pytest.raises(Invalid, match="fermé depuis le 30/06/2026"):
        create_company(session, name="Fournil", siret=SIRET)

    assert isinstance(registry_for(session), OnlineRegistry)
    assert len(server.asked) == 1


def test_production_asks_a_register_under_https() -> None:
    secrets = {
        "TREFLE_ENV": "production",
        "SECRET_KEY": "k" * 40,
        "DATABASE_URL": "sqlite://",
        "TREFLE_BASE_URL": "https://trefle.example",
        "TREFLE_METRICS_TOKEN": "jeton",
        "TREFLE_SMTP_HOST": "smtp.example",
        "TREFLE_REGISTRY_URL": "http://api.example",
    }

    with pytest.raises(ConfigurationError, match="TREFLE_REGISTRY_URL"):
        load_settings(secrets)
