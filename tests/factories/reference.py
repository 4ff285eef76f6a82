"""Real communes and trades that the stories name."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.core.text import sort_key
from app.reference.models import Commune, CommunePostalCode, TitleKind, Trade, TradeTitle

# insee: (name, postal code, département, region, latitude, longitude, population); positions from the official list.
COMMUNES = {
    "29024": ("Carhaix-Plouguer", "29270", "29", "53", 48.2763, -3.5735, 7200),
    "29232": ("Quimper", "29000", "29", "53", 47.9960, -4.0970, 63000),
    "29019": ("Brest", "29200", "29", "53", 48.4003, -4.5024, 139000),
    "23008": ("Aubusson", "23200", "23", "75", 45.9556, 2.1686, 3200),
    "61011": ("Aubusson", "61100", "61", "28", 48.7903, -0.5506, 200),
    "23079": ("Felletin", "23500", "23", "75", 45.8837, 2.1741, 1500),
    "23096": ("Guéret", "23000", "23", "75", 46.1715, 1.8716, 12700),
    "87085": ("Limoges", "87000", "87", "75", 45.8336, 1.2611, 130000),
    "62510": ("Liévin", "62800", "62", "32", 50.4213, 2.7776, 30000),
    "62498": ("Lens", "62300", "62", "32", 50.4329, 2.8322, 32000),
    "71253": ("Lans", "71380", "71", "27", 46.8319, 4.8925, 1000),
    "89387": ("Sens", "89100", "89", "27", 48.1970, 3.2880, 26000),
    "62119": ("Béthune", "62400", "62", "32", 50.5300, 2.6400, 24000),
    "62041": ("Arras", "62000", "62", "32", 50.2910, 2.7775, 42000),
    "66136": ("Perpignan", "66000", "66", "76", 42.6986, 2.8956, 119000),
    "66164": ("Rivesaltes", "66600", "66", "76", 42.7689, 2.8722, 8900),
    "58194": ("Nevers", "58000", "58", "27", 46.9852, 3.1598, 32830),
    "58086": ("Cosne-Cours-sur-Loire", "58200", "58", "27", 47.4140, 2.9419, 9437),
    "44184": ("Saint-Nazaire", "44600", "44", "52", 47.2735, -2.2137, 72000),
    "44131": ("Pornic", "44210", "44", "52", 47.1156, -2.1022, 17000),
    "44109": ("Nantes", "44000", "44", "52", 47.2184, -1.5536, 323000),
    "12202": ("Rodez", "12000", "12", "76", 44.3506, 2.5750, 24000),
    "12089": ("Decazeville", "12300", "12", "76", 44.5600, 2.2500, 5200),
    "35238": ("Rennes", "35000", "35", "53", 48.1173, -1.6778, 222000),
}

TRADES = {
    "D1102": ("Boulanger / Boulangère", "D", ("boulanger", "boulangerie", "ouvrier boulanger")),
    "D1104": ("Pâtissier / Pâtissière", "D", ("patissier", "patisserie", "chocolatier confiseur")),
    "I1604": (
        "Mécanicien / Mécanicienne automobile",
        "I",
        ("mecanicien automobile", "mecanique voiture"),
    ),
    "H2206": ("Menuisier / Menuisière bois", "H", ("menuisier", "menuiserie bois")),
    "F1602": (
        "Électricien / Électricienne du bâtiment",
        "F",
        ("electricien", "electricite batiment"),
    ),
    "G1803": ("Serveur / Serveuse en restauration", "G", ("serveur", "service en restauration")),
    "G1602": ("Cuisinier / Cuisinière", "G", ("cuisinier", "cuisine")),
    "M1607": ("Secrétaire", "M", ("secretariat",)),
    "M1602": ("Agent administratif / Agente administrative", "M", ("agent administratif",)),
    "D1106": ("Vendeur / Vendeuse en alimentation", "D", ("vendeur", "vente alimentaire")),
}


def make_commune(session: Session, insee_code: str = "29232") -> Commune:
    """A real commune, made once."""
    known = session.get(Commune, insee_code)
    if known is not None:
        return known
    name, postal_code, departement, region, latitude, longitude, population = COMMUNES[insee_code]
    commune = Commune(
        insee_code=insee_code,
        name=name,
        sort_name=sort_key(name),
        departement_code=departement,
        region_code=region,
        population=population,
        latitude=latitude,
        longitude=longitude,
        position_is_approximate=False,
    )
    session.add(commune)
    session.flush()
    session.add(CommunePostalCode(postal_code=postal_code, insee_code=insee_code))
    session.flush()
    return commune


def make_trade(session: Session, rome_code: str = "D1102") -> Trade:
    """A real trade with a few titles, made once."""
    known = session.get(Trade, rome_code)
    if known is not None:
        return known
    label, family, titles = TRADES[rome_code]
    trade = Trade(
        rome_code=rome_code,
        label=label,
        sort_name=sort_key(label),
        family=family,
        has_apprenticeship=True,
        source="test",
    )
    session.add(trade)
    session.flush()
    session.add(
        TradeTitle(
            rome_code=rome_code,
            title=label,
            folded=sort_key(label),
            kind=TitleKind.LABEL,
            source="test",
        )
    )
    for title in titles:
        session.add(
            TradeTitle(
                rome_code=rome_code,
                title=title,
                folded=title,
                kind=TitleKind.SYNONYM,
                source="test",
            )
        )
    session.flush()
    return trade
