"""Peers that live in a database or in a library of sparse products; see ``peers.py``.

SQLite R*Tree narrows by place and RapidFuzz ranks; FTS5 ranks by trigrams and the distance filters;
``sparse_dot_topn`` takes the 200 most similar titles and filters by place afterwards. PostgreSQL
joins openings within reach (GiST over earthdistance) with sessions of the same trade within reach
and orders triples by ``similarity()``: no dates, levels or doubts, so it does less than the engine.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Sequence
from time import process_time

import numpy as np
import psutil  # type: ignore[import-untyped]
import psycopg
from rapidfuzz import fuzz
from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]
from sparse_dot_topn import sp_matmul_topn  # type: ignore[import-untyped]

from app.engine.model import OpeningInput, SessionInput, YouthInput
from app.engine.text import fold
from tools.postgres import PostgresMissing, cluster

FAR = 50.0
SITE_KM = 80.0
TOP = 20
SIMILAR = 200
MOST = 500
KM_A_DEGREE = 111.0

TRIPLES = """
SELECT o.id, s.id, similarity(o.title, %(wish)s) AS score
FROM opening o JOIN session s ON s.trade = o.trade
WHERE earth_box(ll_to_earth(%(lat)s, %(lon)s), %(metres)s) @> o.place
  AND earth_distance(ll_to_earth(%(lat)s, %(lon)s), o.place) <= %(metres)s
  AND earth_box(ll_to_earth(%(lat)s, %(lon)s), %(site)s) @> s.place
  AND o.title %% %(wish)s
ORDER BY score DESC, o.id, s.id LIMIT 20
"""


def rtree_speed(youths: Sequence[YouthInput], openings: Sequence[OpeningInput]) -> float:
    """Youths a processor second: SQLite R*Tree, then RapidFuzz on what lies in the box."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE place USING rtree(id, south, north, west, east)")
    titles = {row.id: fold(row.title) for row in openings}
    database.executemany(
        "INSERT INTO place VALUES (?, ?, ?, ?, ?)",
        ((row.id, row.lat, row.lat, row.lon, row.lon) for row in openings),
    )
    start = process_time()
    for youth in youths:
        high = (youth.limit_km or FAR) / KM_A_DEGREE
        wide = high / math.cos(math.radians(youth.lat or 0.0))
        lat, lon = youth.lat or 0.0, youth.lon or 0.0
        near = database.execute(
            "SELECT id FROM place WHERE south >= ? AND north <= ? AND west >= ? AND east <= ?",
            (lat - high, lat + high, lon - wide, lon + wide),
        )
        wishes = [fold(wish.text) for wish in youth.wishes]
        scores = (max(fuzz.token_set_ratio(w, titles[o]) for w in wishes) for (o,) in near)
        sorted(scores, reverse=True)[:TOP]
    return len(youths) / (process_time() - start)


def trigram_speed(youths: Sequence[YouthInput], openings: Sequence[OpeningInput]) -> float:
    """Youths a processor second: SQLite FTS5 with trigrams, its 500 best, then the distance.

    Fast to write and wrong: the nearest of a country's bakeries are seldom among the 500.
    """
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE title USING fts5(text, tokenize='trigram')")
    titles = [(place, fold(row.title)) for place, row in enumerate(openings)]
    database.executemany("INSERT INTO title(rowid, text) VALUES (?, ?)", titles)
    places = np.array([[row.lat or 0.0, row.lon or 0.0] for row in openings])
    start = process_time()
    for youth in youths:
        found = list[int]()
        for wish in youth.wishes:
            text = fold(wish.text)
            grams = {text[at : at + 3] for at in range(len(text) - 2)} - {'"'}
            asked = " OR ".join(f'"{gram}"' for gram in sorted(grams))
            ranked = database.execute(
                "SELECT rowid FROM title WHERE title MATCH ? ORDER BY rank LIMIT ?", (asked, MOST)
            )
            found += [place for (place,) in ranked] if grams else []
        away = (places[found] - (youth.lat or 0.0, youth.lon or 0.0)) * KM_A_DEGREE
        np.flatnonzero(np.hypot(away[:, 0], 0.7 * away[:, 1]) <= (youth.limit_km or FAR))[:TOP]
    return len(youths) / (process_time() - start)


def sparse_speed(youths: Sequence[YouthInput], openings: Sequence[OpeningInput]) -> float:
    """Youths a processor second: tf-idf of n-grams, the 200 nearest titles, then the distance."""
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4))
    titles = vectorizer.fit_transform(fold(row.title) for row in openings)
    places = np.array([[row.lat or 0.0, row.lon or 0.0] for row in openings])
    start = process_time()
    wishes = vectorizer.transform(fold(youth.wishes[0].text) for youth in youths)
    found = sp_matmul_topn(wishes, titles.T, top_n=SIMILAR, sort=True)
    for row, youth in enumerate(youths):
        near = places[found.indices[found.indptr[row] : found.indptr[row + 1]]]
        away = (near - (youth.lat or 0.0, youth.lon or 0.0)) * KM_A_DEGREE
        np.flatnonzero(np.hypot(away[:, 0], 0.7 * away[:, 1]) <= (youth.limit_km or FAR))[:TOP]
    return len(youths) / (process_time() - start)


def postgres_speed(
    youths: Sequence[YouthInput], openings: Sequence[OpeningInput], sessions: Sequence[SessionInput]
) -> float | None:
    """Youths a processor second of the server: triples; ``None`` without PostgreSQL."""
    try:
        with (
            cluster() as url,
            psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection,
        ):
            return _asked(connection, youths, openings, sessions)
    except (PostgresMissing, psycopg.Error) as error:
        print(f"PostgreSQL left out: {error}")
        return None


def _asked(
    connection: psycopg.Connection[tuple[object, ...]],
    youths: Sequence[YouthInput],
    openings: Sequence[OpeningInput],
    sessions: Sequence[SessionInput],
) -> float:
    for name in ("cube", "earthdistance", "pg_trgm"):
        connection.execute(f"CREATE EXTENSION {name}")
    connection.execute("CREATE TABLE opening (id int, title text, trade text, place earth)")
    connection.execute("CREATE TABLE session (id int, trade text, place earth)")
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO opening VALUES (%s, %s, %s, ll_to_earth(%s, %s))",
            [(o.id, fold(o.title), o.trade, o.lat, o.lon) for o in openings],
        )
        cursor.executemany(
            "INSERT INTO session VALUES (%s, %s, ll_to_earth(%s, %s))",
            [(s.id, trade, s.lat, s.lon) for s in sessions for trade in s.trades],
        )
    connection.execute("CREATE INDEX ON opening USING gist (place)")
    connection.execute("CREATE INDEX ON session USING gist (place)")
    connection.execute("CREATE INDEX ON session (trade)")
    connection.execute("ANALYZE")
    connection.execute("SET pg_trgm.similarity_threshold = 0.2")
    server = psutil.Process(connection.info.backend_pid)
    start = float(sum(server.cpu_times()[:2]))
    for youth in youths:
        for wish in youth.wishes:
            connection.execute(
                TRIPLES,
                {
                    "wish": fold(wish.text),
                    "lat": youth.lat,
                    "lon": youth.lon,
                    "metres": 1000.0 * (youth.limit_km or FAR),
                    "site": 1000.0 * SITE_KM,
                },
            ).fetchall()
    return len(youths) / max(float(sum(server.cpu_times()[:2])) - start, 0.01)
