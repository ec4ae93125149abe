"""How far two reviewers of the same work agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence


def weighted_kappa(pairs: Sequence[tuple[int, int]], scores: Sequence[int]) -> float | None:
    """
    Cohen's kappa with quadratic weights over the grades in order (Cohen, 1968).

    1 is full agreement, 0 what chance would give. None when it is not defined: with fewer
    than two pairs, or when everybody always gave one and the same score.

    >>> weighted_kappa([(0, 0), (1, 1), (2, 2), (2, 1)], [0, 1, 2])
    0.8
    """
    ranks = {score: rank for rank, score in enumerate(sorted({*scores, *sum(pairs, ())}))}
    ranked = [(ranks[first], ranks[second]) for first, second in pairs]
    if len(ranked) < 2:
        return None
    observed = sum((first - second) ** 2 for first, second in ranked) / len(ranked)
    firsts = Counter(first for first, _ in ranked)
    seconds = Counter(second for _, second in ranked)
    expected = (
        sum(
            number * other * (first - second) ** 2
            for first, number in firsts.items()
            for second, other in seconds.items()
        )
        / len(ranked) ** 2
    )
    return 1 - observed / expected if expected else None
