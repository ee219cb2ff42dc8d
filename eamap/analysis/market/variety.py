"""How varied a column of weights is: Shannon entropy, concentration, and the effective number.

Weights are shares or counts of any scale, none negative; what is null or zero is nothing. Entropies are in nats. The
formulae are Shannon (1948), Herfindahl and Hirschman, and Hill (1973), whose effective number is exp(H). No weight at all
has no variety and no concentration: the answer is NaN, which is not zero.
"""

from __future__ import annotations

from math import exp, log, nan
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import polars as pl

    Weights = pl.Series | np.ndarray | list[float]


def shannon(weights: Weights) -> float:
    """Returns the Shannon entropy of weights in nats; 0 for a single weight, NaN for none."""
    shares = _shares(weights)
    return float(-(shares * np.log(shares)).sum()) + 0.0 if shares.size else nan


def hhi(weights: Weights) -> float:
    """Returns the Herfindahl-Hirschman index, the sum of squared shares: 1 for a single weight, NaN for none."""
    shares = _shares(weights)
    return float((shares**2).sum()) if shares.size else nan


def effective_number(weights: Weights) -> float:
    """Returns exp(H), the number of equal weights that are as varied; NaN for none."""
    return exp(shannon(weights))


def miller_madow(entropy: float, kinds: int, n: int) -> float:
    """Returns an entropy of ``kinds`` different things among ``n`` corrected for small samples, at most ln n."""
    return min(log(n), entropy + (kinds - 1) / (2 * n))


def shannon_over(column: str, by: str | list[str]) -> pl.Expr:
    """Returns the entropy of a column of weights within each group of rows; for ``group_by(by).agg`` use :func:`shannon_of`."""
    return shannon_of(column).over(by)


def shannon_of(column: str) -> pl.Expr:
    """Returns the entropy of a column of weights as an aggregation, in nats; NaN for no weight."""
    import polars as pl

    share = _share(column)
    return pl.when(share.len() > 0).then(-(share * share.log()).sum()).otherwise(pl.lit(nan))


def hhi_of(column: str) -> pl.Expr:
    """Returns the Herfindahl-Hirschman index of a column of weights as an aggregation; NaN for no weight."""
    import polars as pl

    share = _share(column)
    return pl.when(share.len() > 0).then((share**2).sum()).otherwise(pl.lit(nan))


def effective_number_of(column: str) -> pl.Expr:
    """Returns exp(H) of a column of weights as an aggregation; NaN for no weight."""
    return shannon_of(column).exp()


def _shares(weights: Weights) -> np.ndarray:
    found = np.asarray(
        [0.0 if each is None else each for each in weights] if isinstance(weights, list) else weights, dtype=float
    )
    found = found[np.nan_to_num(found) > 0]
    shares: np.ndarray = found / found.sum() if found.size else found
    return shares


def _share(column: str) -> pl.Expr:
    import polars as pl

    kept = pl.col(column).filter(pl.col(column) > 0)
    return kept / kept.sum()
