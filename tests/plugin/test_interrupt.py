"""Does Ctrl-C end a pytest run in which a request is under way?"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from typing import Any

from werkzeug import Request, Response

FILE = "api/shop.postman_collection.json"


def test_ctrl_c(project: Any) -> None:
    """Exit code 2 as pytest has it, no further request, and the reports are complete up to there."""
    reached, over = threading.Event(), threading.Event()

    def hang(request: Request) -> Response:
        reached.set()
        over.wait(30)
        return Response("[]", 200)

    project.server.clear_all_handlers()
    project.server.expect_request("/users").respond_with_handler(hang)
    command = [sys.executable, "-m", "pytest", FILE, *project.variables, "--harness-report", "json=run.json"]
    running = subprocess.Popen(command, cwd=project.root, stdout=subprocess.PIPE, encoding="utf-8", text=True)
    assert reached.wait(30)
    os.kill(running.pid, signal.SIGINT)
    out, _ = running.communicate(timeout=30)
    over.set()

    assert running.returncode == 2
    assert "KeyboardInterrupt" in out
    assert "INTERNALERROR" not in out
    assert (project.root / "run.json").exists()
    assert project.sent.count("POST /users") == 0
