"""Word vectors from the titles of each code: words used for the same trades point the same way.

Latent semantic analysis on the matrix of codes by words. A word's entry is the square root of its
tf-idf mass in the code, weighted by how few codes use it; rows are scaled to length one and the
matrix is cut to its leading singular directions. The decomposition goes through the small Gram
matrix of codes, so it is exact and deterministic.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh
from scipy.sparse import csr_array

DIMENSIONS = 256
_SMALLEST = 1e-9


def unit_rows(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale each row to length one; a null row stays null."""
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    return np.asarray(matrix / np.maximum(lengths, _SMALLEST), dtype=np.float32)


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
    word_count, code_count = len(idf), max(codes, default=-1) + 1
    words = np.array([word for title in titles for word in title], dtype=np.int64)
    lengths = [len(title) for title in titles]
    rows = np.repeat(np.array(codes, dtype=np.int64), lengths)
    norms = np.array([np.sqrt(float(np.sum(idf[list(title)] ** 2))) for title in titles])
    mass = idf[words] / np.maximum(np.repeat(norms, lengths), _SMALLEST)
    table = csr_array((mass, (rows, words)), shape=(code_count, word_count))
    table.sum_duplicates()
    table.data = np.sqrt(table.data)
    spread = np.bincount(table.indices, minlength=word_count)
    rarity = np.log(code_count / np.maximum(spread, 1)) + 0.1
    table.data *= rarity[table.indices]
    lengths_of_rows = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)).ravel())
    table.data /= np.repeat(np.maximum(lengths_of_rows, _SMALLEST), np.diff(table.indptr))
    gram = np.asarray((table @ table.T).toarray())
    first = max(0, code_count - dimensions)
    values, directions = eigh(gram, subset_by_index=(first, code_count - 1))
    scaled = directions / np.sqrt(np.maximum(values, _SMALLEST))
    return unit_rows(np.asarray(table.T @ scaled, dtype=np.float32))
