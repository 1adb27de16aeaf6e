"""Orlop, the floor and Prowler on one emulated account, in turns: `python -m benchmarks.aws`.

1. Start the emulator, fill it, start the proxy before it.
2. Let Orlop record its calls once: the floor makes the same ones.
3. Run each contender in turn, several times, with and without latency.
4. Write every run into a file of results, and the page of them anew.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

from benchmarks import fill, floor, machine, page
from benchmarks.measure import Cost, run
from orlop import demo

REGION = "eu-west-1"
RESULTS = Path(__file__).parent / "results"
THREADS = 32

CONTENDERS = ("orlop", "floor", "prowler", "prowler-same")

SAME = (
    *("accessanalyzer", "account", "awslambda", "cloudtrail", "ec2", "elbv2", "iam", "kms", "rds", "s3"),
    *("secretsmanager", "sns", "sqs", "vpc"),
)
"""Prowler's names of the services that Orlop looks at."""


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.aws", description="Orlop, the floor and Prowler.")
    parser.add_argument("--resources", type=int, nargs="+", default=[200, 2000, 10000])
    parser.add_argument("--latency", type=float, nargs="+", default=[0.0, 0.05], help="seconds a call")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--cache", type=Path, help="where Prowler's own venv is, or is made; without it: no Prowler")
    parser.add_argument("--limit", type=float, default=1200.0, help="stop a run after so many seconds")
    parser.add_argument("--prowler-runs", type=int, default=3)
    parser.add_argument("--contenders", nargs="+", choices=CONTENDERS, default=CONTENDERS)
    chosen = parser.parse_args()
    prowler = _prowler(chosen.cache) if chosen.cache else None
    for count in chosen.resources:
        with (
            demo.start(policies=False) as emulated,
            _proxied(emulated.url) as proxy,
            tempfile.TemporaryDirectory() as scratch,
        ):
            fill.fill(emulated, count, REGION)
            bench = Bench(emulated, proxy, Path(scratch), prowler, chosen.limit)
            bench.contenders = [c for c in chosen.contenders if prowler or not c.startswith("prowler")]
            bench.record()
            for latency in chosen.latency:
                bench.all(count, latency, chosen.runs, chosen.prowler_runs)
    page.write()


class Bench:
    """One filled emulator, and the contenders."""

    def __init__(self, emulated: demo.Demo, proxy: str, scratch: Path, prowler: Path | None, limit: float) -> None:
        """Run in `scratch`, against the emulator through the proxy at this address."""
        self._proxy, self._scratch, self._limit = proxy, scratch, limit
        self._environment = {**emulated.environment(), "AWS_ENDPOINT_URL": proxy, "AWS_DEFAULT_REGION": REGION}
        self._environment["AWS_EC2_METADATA_DISABLED"] = "true"
        # Compiled code is kept, as it is where somebody uses these tools: the second run of each is the usual one.
        self._environment["PYTHONDONTWRITEBYTECODE"] = ""
        self._compiled = {"PYTHONPYCACHEPREFIX": f"{scratch}/compiled"}  # pip has compiled Prowler in its own venv
        self.contenders: list[str] = []
        self._prowler = prowler

    def record(self) -> None:
        """Find out which calls Orlop makes."""
        recording = self._scratch / "recording"
        self._run([*_ORLOP, "--store", str(self._scratch / "recorded"), *_INSPECT, "--record", str(recording)])
        floor.condense(recording, self._scratch / "calls.jsonl")
        self._run(self._command("floor", self._scratch))

    def all(self, count: int, latency: float, runs: int, prowler_runs: int) -> None:
        """Run the contenders in turn, and write down what each run cost."""
        costs: dict[str, list[Cost]] = {name: [] for name in self.contenders}
        for turn in range(max(runs, prowler_runs)):
            for name in self.contenders:
                if turn < (prowler_runs if name.startswith("prowler") else runs):
                    costs[name].append(self._one(name, latency))
                    print(count, latency, name, costs[name][-1], flush=True)
        for name, measured in costs.items():
            self._keep(name, count, latency, measured)

    def _one(self, name: str, latency: float) -> Cost:
        with tempfile.TemporaryDirectory(dir=self._scratch) as out:
            _ask(self._proxy, f"/proxy/latency?seconds={latency}")
            environment = self._environment | ({} if name.startswith("prowler") else self._compiled)
            cost = run(self._command(name, Path(out)), environment, Path(out), limit=self._limit)
        if cost.code not in _DONE[name]:
            raise SystemExit(f"{name} ended with {cost.code}: what it cost says nothing")
        calls: dict[str, int] = _ask(self._proxy, "/proxy/calls")
        return replace(cost, calls=sum(calls.values()))

    def _command(self, name: str, out: Path) -> list[str]:
        match name:
            case "orlop":
                return [*_ORLOP, "--store", f"{out}/store", *_INSPECT]
            case "floor":
                return [sys.executable, "-m", "benchmarks.floor", f"{self._scratch}/calls.jsonl", str(THREADS)]
            case _:
                only = ["--services", *SAME] if name == "prowler-same" else []
                return [str(self._prowler), "aws", "--region", REGION, "--no-banner", "-o", f"{out}/prowler", *only]

    def _run(self, command: list[str]) -> None:
        environment = {**os.environ, **self._environment, **self._compiled}
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)

    def _keep(self, name: str, count: int, latency: float, costs: list[Cost]) -> None:
        if not costs:
            return
        result = {
            "contender": name,
            "resources": count,
            "latency": latency,
            "machine": machine.described(),
            "version": _version(name, self._prowler),
            "runs": [asdict(cost) for cost in costs],
        }
        RESULTS.mkdir(exist_ok=True)
        file = RESULTS / f"aws-{count}-{int(latency * 1000)}ms-{name}.json"
        file.write_text(json.dumps(result, indent=2) + "\n")


_DONE = {"orlop": (1, None), "floor": (0, None), "prowler": (3, None), "prowler-same": (3, None)}
"""The exit codes that say: done, and found something; or (None) stopped at the limit, which the page tells."""

_ORLOP = [str(Path(sys.executable).parent / "orlop")]
_INSPECT = ["inspect", "aws", "--region", REGION, "--format", "json"]


@contextmanager
def _proxied(upstream: str) -> Generator[str]:
    """Run the proxy before the emulator, in a process of its own."""
    command = [sys.executable, "-m", "tests.servers.proxy", upstream]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdin
        yield process.stdout.readline().strip()
        process.stdin.close()


def _ask(proxy: str, path: str) -> dict[str, int]:
    with urllib.request.urlopen(f"{proxy}{path}") as answer:
        return json.load(answer)


def _prowler(cache: Path) -> Path:
    """Return Prowler's command in a venv of its own, which is made where it is not there yet."""
    venv = cache.expanduser().absolute() / "prowler"
    command = venv / "bin" / "prowler"
    if not command.exists():
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
        subprocess.run([str(venv / "bin" / "pip"), "install", "--quiet", "prowler"], check=True)
    return command


def _version(name: str, prowler: Path | None) -> str:
    if name == "floor":
        import botocore

        return f"botocore {botocore.__version__}"
    command = [*_ORLOP, "--version"] if name == "orlop" else [str(prowler), "--version"]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return said.strip().splitlines()[-1].strip() if said.strip() else ""


if __name__ == "__main__":
    main()
