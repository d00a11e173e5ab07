"""Worker of a mutation run: the outcome of tests with a change; neither the change nor a child process stays."""

import json
import subprocess
import sys
from pathlib import Path

from tools.mutants.worker import FAILED, PASSED, TIMED_OUT

ROOT = Path(__file__).resolve().parents[4]
CODE, TEST = "a = 1\n", "import a\n\n\ndef test_a():\n    assert a.a == 1\n"


def verdicts(folder: Path, *texts: str) -> list[str]:
    """Outcome of the test with each text in the place of a.py; no text: with a.py as it is."""
    requests = [
        {"path": "a.py" if t else "", "text": t, "tests": ["test_a.py"], "limit": 10 if "while" in t else 90}
        for t in texts
    ]
    worker = [sys.executable, "-m", "tools.mutants.worker"]
    ended = subprocess.run(
        worker, cwd=folder, input="".join(json.dumps(r) + "\n" for r in requests), capture_output=True, text=True,
        timeout=300, check=True, env={"PYTHONPATH": f"{ROOT}:{folder}"},
    )  # fmt: skip
    return [json.loads(line)["verdict"] for line in ended.stdout.splitlines()]


def test_a_change_is_caught_by_a_failure_an_error_or_never_ending_and_taken_back(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(CODE)
    (tmp_path / "test_a.py").write_text(TEST)
    assert verdicts(tmp_path, "", "a = 2\n", "a = \n", "while True:\n    pass\n", "a = 1.0\n", "") == [
        PASSED, FAILED, FAILED, TIMED_OUT, PASSED, PASSED,
    ]  # fmt: skip
    assert (tmp_path / "a.py").read_text() == CODE
