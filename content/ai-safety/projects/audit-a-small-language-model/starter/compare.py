"""Compare two labelled runs of the same prompts with the exact McNemar test."""

import json
import sys
from math import comb


def mcnemar_exact(b: int, c: int) -> float:
    """Two-sided p-value: b prompts fail only before, c only after."""
    n = b + c
    tail = sum(comb(n, i) for i in range(min(b, c) + 1))
    return 1.0 if n == 0 else min(1.0, 2 * tail / 2**n)


def failures(path: str) -> dict[str, bool]:
    with open(path, encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    if unread := [row["id"] for row in rows if not row["failure_type"]]:
        sys.exit(f"{path} has no failure_type yet for: {', '.join(unread)}")
    return {row["id"]: row["failure_type"] != "none" for row in rows}


before, after = failures(sys.argv[1]), failures(sys.argv[2])
both = before.keys() & after.keys()
mended = sum(before[key] and not after[key] for key in both)
broken = sum(after[key] and not before[key] for key in both)
print(f"{mended} mended, {broken} newly broken, p = {mcnemar_exact(mended, broken):.3f}")
