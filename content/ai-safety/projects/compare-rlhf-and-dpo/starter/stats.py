"""Statistics for comparing models on the same prompts."""

from math import comb, log


def mcnemar_exact(b: int, c: int) -> float:
    """Two-sided p-value: only model A fails on b prompts, only model B on c."""
    n = b + c
    tail = sum(comb(n, i) for i in range(min(b, c) + 1))
    return 1.0 if n == 0 else min(1.0, 2 * tail / 2**n)


def bon_kl(n: int) -> float:
    """The usual estimate, an upper bound, of KL(best-of-n || base) in nats."""
    return log(n) - (n - 1) / n
