"""Word vectors from the titles of each code: words used for the same trades point the same way.

Latent semantic analysis on the matrix of codes by words. A word's entry is the square root of its
tf-idf mass in the code, weighted by how few codes use it; rows are scaled to length one and the
matrix is cut to its leading singular directions, found by subspace iteration from a fixed start
(Halko, Martinsson and Tropp, 2011), so the same titles always give the same vectors.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.engine.text.sparse import incidence, unit_rows

if TYPE_CHECKING:
    from scipy.sparse import csr_array

DIMENSIONS = 256
_SEED = 0
_SPARE = 16  # directions carried beyond those kept, for accuracy
_ROUNDS = 2
_SMALLEST = 1e-9


def word_vectors(
    titles: Sequence[Sequence[int]],
    codes: Sequence[int],
    idf: NDArray[np.float64],
    dimensions: int = DIMENSIONS,
) -> NDArray[np.float32]:
    """Return unit vectors of shape (words, dimensions at most).

    ``titles`` are word numbers of each title, ``codes`` the number of its code, ``idf`` one weight
    a word. Words used by one title only still get a vector: it is their code's.
    """
    table = _codes_by_words(titles, codes, idf)
    size = min(dimensions, table.shape[0])
    basis = np.random.default_rng(_SEED).standard_normal((table.shape[0], size + _SPARE))
    for _ in range(_ROUNDS):
        basis, _ = np.linalg.qr(table @ (table.T @ basis))
    words = table.T @ basis
    strengths, turns = np.linalg.eigh(words.T @ words)
    vectors = words @ turns[:, -size:] / np.sqrt(np.maximum(strengths[-size:], _SMALLEST))
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, _SMALLEST), dtype=np.float32)


def _codes_by_words(
    titles: Sequence[Sequence[int]], codes: Sequence[int], idf: NDArray[np.float64]
) -> csr_array:
    mass = incidence(titles, len(idf))
    mass.data *= idf[mass.indices]
    unit_rows(mass)
    table: csr_array = incidence([[code] for code in codes], max(codes) + 1).T.tocsr() @ mass
    spread = np.bincount(table.indices, minlength=len(idf))
    rarity = np.log(table.shape[0] / np.maximum(spread, 1)) + 0.1
    table.data = np.sqrt(table.data) * rarity[table.indices]
    unit_rows(table)
    return table
