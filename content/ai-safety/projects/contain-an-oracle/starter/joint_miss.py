"""How often does an attack complete when monitors share a blind spot?"""

import random


def run(
    n: int = 200_000,
    p_catch: tuple[float, ...] = (0.8, 0.8),
    rho: float = 0.0,
    need: int = 3,
    seed: int = 1,
) -> float:
    """Share of attacks that complete.

    `need` actions must all pass monitors that catch with `p_catch`; a share `rho` of
    attacks lies in a blind spot of every monitor at every action.
    """
    rng = random.Random(seed)
    passed = 0
    for _ in range(n):
        blind = rng.random() < rho
        caught = not blind and any(
            rng.random() < p for _ in range(need) for p in p_catch
        )
        passed += not caught
    return passed / n


if __name__ == "__main__":
    for rho in (0.0, 0.01, 0.05, 0.2):
        print(f"shared blind spot {rho:4.0%}: completes with probability {run(rho=rho):.4f}")
