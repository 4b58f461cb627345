"""A real browser without a screen or a network, driven through a pipe (Chrome DevTools Protocol)."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND", "--remote-debugging-pipe",
)  # fmt: skip
_LIMIT_S = 60
_KEYS = {
    "ArrowDown": 40,
    "ArrowUp": 38,
    "ArrowLeft": 37,
    "ArrowRight": 39,
    "Enter": 13,
    "Escape": 27,
    "Tab": 9,
    "/": 191,
}


class Chromium:
    """One headless browser with one page at a time."""

    def __init__(self, program: str, profile: Path) -> None:
        to_browser, self._write = os.pipe()
        self._read, from_browser = os.pipe()
        # It reads commands from descriptor 3 and answers on 4.
        shell = 'exec "$@" 3<&"$BROWSER_IN" 4>&"$BROWSER_OUT"'
        environment = {**os.environ, "BROWSER_IN": str(to_browser), "BROWSER_OUT": str(from_browser)}
        self._process = subprocess.Popen(
            ["bash", "-c", shell, "bash", program, *_FLAGS, f"--user-data-dir={profile}", "about:blank"],
            pass_fds=(to_browser, from_browser), env=environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(to_browser)
        os.close(from_browser)
        self._buffer = b""
        self._next = 0
        self._session: str | None = None
        self.events: list[dict[str, Any]] = []
        self.faults: list[str] = []
        """What the page wrote to the console or threw, and what its security policy refused."""
        self.requests: list[str] = []
        """Every address it asked for."""
        (page,) = [each for each in self.send("Target.getTargets")["targetInfos"] if each["type"] == "page"]
        self._session = self.send("Target.attachToTarget", targetId=page["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Return what the browser answers to a command."""
        self._next += 1
        command: dict[str, Any] = {"id": self._next, "method": method, "params": parameters}
        if self._session:
            command["sessionId"] = self._session
        os.write(self._write, json.dumps(command).encode() + b"\0")
        while True:
            message = self._message()
            if message.get("id") == self._next:
                assert "error" not in message, f"{method}: {message['error']}"
                result: dict[str, Any] = message["result"]
                return result
            self._note(message)

    def open(self, file: Path, fragment: str = "") -> None:
        """Open a page, and wait until it says that it is ready."""
        self.send("Page.navigate", url="about:blank")
        self.faults.clear()
        self.requests.clear()
        self.send("Page.navigate", url=file.as_uri() + fragment)
        self.wait("document.documentElement?.dataset.ready === 'true'")

    def run(self, expression: str) -> Any:
        """Return the value of an expression in the page; a promise is waited for."""
        answer = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait(self, condition: str) -> Any:
        """Wait until an expression is true in the page."""
        until = time.monotonic() + _LIMIT_S
        while not (found := self.run(condition)):
            assert time.monotonic() < until, f"still not so: {condition}; {self.faults}"
            time.sleep(0.02)
        return found

    def click(self, selector: str) -> None:
        """Click in the middle of an element, as a mouse does."""
        middle = (
            "(node => { node.scrollIntoView({block: 'center'}); const box = node.getBoundingClientRect();"
            " return [box.x + box.width / 2, box.y + box.height / 2]; })"
        )
        x, y = self.run(f"{middle}(document.querySelector({json.dumps(selector)}))")
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def press(self, key: str) -> None:
        """Press and release a key."""
        code = _KEYS.get(key, ord(key[0].upper()))
        text = {"text": key} if len(key) == 1 else {"text": "\r"} if key == "Enter" else {}
        self.send("Input.dispatchKeyEvent", type="keyDown", key=key, windowsVirtualKeyCode=code, **text)
        self.send("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)

    def type(self, text: str) -> None:
        """Type a text where the focus is."""
        self.send("Input.insertText", text=text)

    def resize(self, width: int, height: int = 900, scale: float = 1) -> None:
        """Give the window another size."""
        self.send(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=False
        )

    def prefer(self, **features: str) -> None:
        """Set what the user prefers, such as `prefers_color_scheme="dark"`, or the `media`."""
        media = features.pop("media", "")
        wanted = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.send("Emulation.setEmulatedMedia", media=media, features=wanted)

    def screenshot(self, file: Path, *, whole: bool = False) -> None:
        """Save a picture of the window, or of the whole page."""
        data = self.send("Page.captureScreenshot", captureBeyondViewport=whole)["data"]
        file.write_bytes(base64.b64decode(data))

    def close(self) -> None:
        """End the browser."""
        self._session = None
        self.send("Browser.close")
        self._process.wait(timeout=_LIMIT_S)
        os.close(self._write)
        os.close(self._read)

    def kill(self) -> None:
        """End the browser, whatever it is doing."""
        self._process.kill()
        self._process.wait(timeout=_LIMIT_S)

    def _message(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._read], [], [], _LIMIT_S)
            assert ready, "the browser is silent"
            data = os.read(self._read, 1 << 20)
            assert data, "the browser has ended"
            self._buffer += data
        message, _, self._buffer = self._buffer.partition(b"\0")
        found: dict[str, Any] = json.loads(message)
        return found

    def _note(self, message: dict[str, Any]) -> None:
        what, told = message.get("method"), message.get("params", {})
        if what == "Runtime.exceptionThrown":
            details = told["exceptionDetails"]
            self.faults.append(details.get("exception", {}).get("description") or details["text"])
        elif what == "Runtime.consoleAPICalled":
            self.faults.append(" ".join(str(each.get("value", each.get("description"))) for each in told["args"]))
        elif what == "Log.entryAdded":
            self.faults.append(told["entry"]["text"])
        elif what == "Network.requestWillBeSent":
            self.requests.append(told["request"]["url"])


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """A browser for all tests of a worker; skipped where there is none, but not in CI."""
    program = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chrome")
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI needs Chromium: apt-get install chromium")
        pytest.skip("Chromium is not installed")
    browser = Chromium(program, tmp_path_factory.mktemp("chromium"))
    try:
        yield browser
        browser.close()
    finally:
        browser.kill()


@pytest.fixture
def page(chromium: Chromium) -> Chromium:
    """The browser as a user has it at a desk."""
    chromium.resize(1280)
    chromium.prefer()
    return chromium
