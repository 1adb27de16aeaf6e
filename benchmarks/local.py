"""What inspecting this machine costs: `python -m benchmarks.local`."""

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from benchmarks import machine, page
from benchmarks.measure import Cost, run

RESULTS = Path(__file__).parent / "results"
ORLOP = str(Path(sys.executable).parent / "orlop")

WHAT = {
    "help": ["--help"],
    "inspect-local": ["inspect", "local", "--format", "json"],
}


def main() -> None:
    """Measure the start of the command line, and an inspection of this machine."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.local", description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs: int = parser.parse_args().runs
    for name, arguments in WHAT.items():
        costs = [_one(arguments) for _ in range(runs)]
        result = {"what": name, "machine": machine.described(), "runs": [asdict(cost) for cost in costs]}
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"local-{name}.json").write_text(json.dumps(result, indent=2) + "\n")
        print(name, [round(cost.wall, 2) for cost in costs])
    page.write()


def _one(arguments: list[str]) -> Cost:
    with tempfile.TemporaryDirectory() as out:
        return run([ORLOP, "--store", f"{out}/store", *arguments], {}, Path(out), limit=120)


if __name__ == "__main__":
    main()
