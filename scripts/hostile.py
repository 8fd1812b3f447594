"""Throw all of the bad strings at every form field and query parameter: `python -m scripts.hostile [ROUNDS]`.

The tests throw a share of them each time; this throws everything, once, and takes long. In each round every field gets
another string; with as many rounds as there are strings, which is the default, every field meets every one. At the end
it says how much was thrown.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from scripts.steps import ROOT
from tests.hostile.corpus import CORPUS

SAID = (
    "Thrown: {strings} strings, {rounds} rounds; {forms} forms with {fields} fields; {pages} pages that read "
    "{parameters} query parameters; {keys} keys in addresses; {headers} headers; {requests} requests."
)


def counted(tally: Path) -> str:
    """Add up what each test says that it has thrown."""
    thrown: Counter[str] = Counter()
    for line in tally.read_text(encoding="utf-8").splitlines():
        thrown.update(json.loads(line))
    named = ("forms", "fields", "pages", "parameters", "keys", "headers", "requests")
    rounds = int(os.environ.get("HOSTILE_ROUNDS", str(len(CORPUS))))
    return SAID.format(strings=len(CORPUS), rounds=rounds, **{name: f"{thrown[name]:,}" for name in named})


def main() -> None:
    """Run the hostile tests with the whole corpus, on every core, at low priority."""
    if len(sys.argv) > 1:
        os.environ["HOSTILE_ROUNDS"] = sys.argv[1]
    os.nice(10)
    options = ["-n", "auto", "--dist", "worksteal", "-p", "no:cacheprovider", "--durations=5"]
    with tempfile.TemporaryDirectory() as folder:
        tally = Path(folder) / "tally.jsonl"
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "tests/hostile", *options],
            cwd=ROOT,
            env={**os.environ, "HOSTILE": "whole", "HOSTILE_TALLY": str(tally)},
            check=False,
        )
        print(counted(tally))
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
