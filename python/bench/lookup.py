"""Measures a store: opening, look-ups, and memory.

python bench/lookup.py STORE --trust ROOT.JSON [--mode full|lazy] [--function NAME] [--ids A,B,…]
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tenfold import Settings, open_settings

ROUNDS = 5


def resident() -> float:
    """Memory of this process in MB, by the kernel."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return float("nan")


def proportional() -> float:
    """Return the memory of this process in MB, its share of what others use as well."""
    for line in Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return float("nan")


def share(count: int, settings: Settings, function: str, ids: list[str]) -> float:
    """Fork workers that all ask, and return the MB that they and this process take together."""
    reader, writer = os.pipe()
    release, hold = os.pipe()
    for _ in range(count):
        if os.fork() == 0:
            os.close(hold)
            for one in random.sample(ids, min(len(ids), 1000)):
                settings.account(one)
                settings.get_model_config(function, one)
            gc.collect()
            os.write(writer, b".")
            os.read(release, 1)
            os.write(writer, f"{proportional():.1f}\n".encode())
            os._exit(0)
    os.close(release)
    for _ in range(count):
        os.read(reader, 1)
    own = proportional()
    os.close(hold)
    told = b""
    while told.count(b"\n") < count:
        told += os.read(reader, 4096)
    return own + sum(float(one) for one in told.split())


def best_of(count: int, ask: Callable[[], object]) -> float:
    """Return the least microseconds for one of `count` calls, over some rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        for _ in range(count):
            ask()
        best = min(best, (time.perf_counter() - begun) / count * 1e6)
    return best


def main() -> None:
    """Measure the store that is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store")
    parser.add_argument("--trust")
    parser.add_argument("--mode", choices=("full", "lazy"), default="full")
    parser.add_argument("--function", default="generate_content")
    parser.add_argument("--ids", default="")
    parser.add_argument("--count", type=int, default=0, help="accounts account-0 to account-N")
    parser.add_argument("--workers", type=int, default=0, help="processes to fork")
    given = parser.parse_args()
    before = resident()
    begun = time.perf_counter()
    settings = open_settings(given.store, trust=given.trust, mode=given.mode)
    opened = time.perf_counter() - begun
    ids = [one for one in given.ids.split(",") if one]
    ids = ids or [f"account-{random.randrange(max(given.count, 1))}" for _ in range(2000)]
    for one in ids:
        settings.account(one)
    hot, function = ids[-1], given.function
    cold = [one for one in ids if settings.account(one)] or ids
    begun = time.perf_counter()
    for one in cold:
        settings.get_model_config(function, one)
    first = (time.perf_counter() - begun) / len(cold) * 1e6
    print(f"opened in {opened:.2f} s, {given.mode}")
    print(f"first look-up of an account {first:.1f} µs")
    ask = settings.get_model_config
    print(f"hot look-up {best_of(100_000, lambda: ask(function, hot)):.2f} µs")
    with_plan = best_of(100_000, lambda: ask(function, hot, plan="growth"))
    print(f"hot look-up with a live plan {with_plan:.2f} µs")
    print(f"memory {resident():.0f} MB, {before:.0f} MB of it before opening")
    if given.workers > 0:
        alone = proportional()
        together = share(given.workers, settings, function, ids)
        print(f"{given.workers} forked workers {together:.0f} MB, {together / alone:.2f} times one")
    settings.close()


if __name__ == "__main__":
    main()
