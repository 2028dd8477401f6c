"""Run every benchmark: `python -m benchmarks`."""

from __future__ import annotations

import subprocess
import sys

ALL = ("derive", "start", "review", "terminal", "sync")

for name in ALL:
    print(f"\n{name}", flush=True)
    subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=True)
