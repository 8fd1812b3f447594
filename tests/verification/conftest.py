"""The second judge sits only where localstripe is installed: `make localstripe`, in an environment of its own."""

import os
from pathlib import Path

LOCALSTRIPE = Path(os.environ.get("LOCALSTRIPE", Path(__file__).parents[2] / ".venv-localstripe/bin/localstripe"))

collect_ignore = [] if LOCALSTRIPE.is_file() else ["test_second_judge.py"]
