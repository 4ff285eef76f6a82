"""Reads of the reference tables. What forms of other slices need:

A commune, typed with its errors, told apart by a person when it is not sure::

    class PlaceForm(CommuneFields, BaseForm): ...            # app.reference.forms
    answer = resolve_commune(db_session, form.commune.data, form.commune_code.data,
                             near=(lat, lon), departements=frozenset({"29"}))
    insee_code = form.take_commune(answer)                   # None: show the form again with 422,
    the choices are in it

    {% from "components/commune_field.html" import commune_field %}
    {{ commune_field(form, near=(lat, lon), departements=["29"]) }}

To show a stored code: `form.show_commune(place_of(db_session, youth.commune_code))`; in lists
`places_of(db_session, codes)`. A trade goes the same way: `TradeFields`, `resolve_trade`,
`form.take_trade`, `components/trade_field.html`; for wishes, which are kept as typed,
`trade_suggestions` of that file gives buttons `add_trade`.

All of these work from an index in memory, built once a process and again when a reference file is
loaded; a reading costs two small statements whatever the number of rows.
"""

from app.reference.queries.gazetteer import Place, distances_km
from app.reference.queries.lists import (
    departement_names,
    departements_of,
    family_name,
    idcc_label,
    region_names,
    region_of,
)
from app.reference.queries.places import (
    AmbiguousPlace,
    UnknownPlace,
    find_communes,
    place_of,
    places_of,
    resolve_commune,
)
from app.reference.queries.trades import (
    AmbiguousTrade,
    TradeChoice,
    UnknownTrade,
    knowledge,
    resolve_trade,
    shortage_codes,
    suggest_trades,
    taught_trades,
    trade_label,
    trade_labels,
    trades_of_family,
)

__all__ = [
    "AmbiguousPlace",
    "AmbiguousTrade",
    "Place",
    "TradeChoice",
    "UnknownPlace",
    "UnknownTrade",
    "departement_names",
    "departements_of",
    "distances_km",
    "family_name",
    "find_communes",
    "idcc_label",
    "knowledge",
    "place_of",
    "places_of",
    "region_names",
    "region_of",
    "resolve_commune",
    "resolve_trade",
    "shortage_codes",
    "suggest_trades",
    "taught_trades",
    "trade_label",
    "trade_labels",
    "trades_of_family",
]
