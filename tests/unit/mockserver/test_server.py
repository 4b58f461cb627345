"""Does the mock know when it is meant itself?"""

from __future__ import annotations

import pytest

from harness.mockserver.server import MockServer


@pytest.mark.parametrize("authority", ["127.0.0.1:8000", "localhost", "LOCALHOST:1", "[::1]:8000", "api.localhost", ""])
def test_the_names_of_this_machine_are_its_own(authority: str) -> None:
    """A Host that names this machine, or none at all, is the mock's."""
    assert MockServer([])._is_mock(authority)


@pytest.mark.parametrize("authority", ["api.example.com", "127.0.0.1.example.com", "10.0.0.1:80", "[::2]:80"])
def test_other_names_are_not(authority: str) -> None:
    """Any other Host is that of the server which the request was made for."""
    assert not MockServer([])._is_mock(authority)


def test_a_mock_open_to_others_has_every_name() -> None:
    """On an address that other machines reach, the Host tells nothing."""
    assert MockServer([], host="0.0.0.0")._is_mock("mock.internal:8080")


def test_url() -> None:
    """The URL has an IPv6 address in brackets."""
    assert "http://127.0.0.1:8123" == MockServer([], port=8123).url
    assert "http://[::1]:8123" == MockServer([], host="::1", port=8123).url
