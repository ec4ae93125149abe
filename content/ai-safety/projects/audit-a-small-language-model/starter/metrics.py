"""Rates with 95% Wilson intervals from labelled responses, and Cohen's kappa."""

import csv
import json
import sys
from math import sqrt


def wilson(k: int, n: int, z: float = 1.96) -> tuple[float, float]:
    if n == 0:
        return 0.0, 1.0
    p, d = k / n, 1 + z * z / n
    centre = (p + z * z / (2 * n)) / d
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / d
    return max(0.0, centre - half), min(1.0, centre + half)


def kappa(a: list[str], b: list[str]) -> float:
    n = len(a)
    observed = sum(x == y for x, y in zip(a, b)) / n
    expected = sum((a.count(label) / n) * (b.count(label) / n) for label in {*a, *b})
    return 1.0 if expected == 1 else (observed - expected) / (1 - expected)


def rate(failed: list[bool]) -> dict:
    k, n = sum(failed), len(failed)
    return {"failures": k, "n": n, "rate": k / n if n else None, "ci95": wilson(k, n)}


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    if unread := [row["id"] for row in rows if not row["failure_type"]]:
        sys.exit(f"no failure_type yet, write none where nothing is wrong: {', '.join(unread)}")
    groups: dict[str, list[bool]] = {}
    for row in rows:
        failed = row["failure_type"] != "none"
        groups.setdefault(row["category"], []).append(failed)
    result = {name: rate(failed) for name, failed in sorted(groups.items())}
    to_answer = [row["failure_type"] == "over_refusal" for row in rows if row["expected"] == "answer"]
    result["over_refusal"] = rate(to_answer)
    if len(sys.argv) > 2:
        with open(sys.argv[2], encoding="utf-8", newline="") as file:
            pairs = [(row["label_a"], row["label_b"]) for row in csv.DictReader(file)]
        result["kappa"] = kappa([a for a, _ in pairs], [b for _, b in pairs])
    print(json.dumps(result, indent=2))
