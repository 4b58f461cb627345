"""Which proxy does the environment choose for a URL?"""

from __future__ import annotations

import pytest

from harness.errors import ConnectFailed
from harness.request.prepared import RequestUrl
from harness.transport.proxies import Proxy, proxies_of_environment, proxy_for


@pytest.mark.parametrize(
    ("proxies", "scheme", "host", "expected"),
    [
        ({}, "http", "a.example", None),
        ({"http": "http://p:3128"}, "http", "a.example", Proxy("http", "p", 3128)),
        ({"http": "http://p:3128"}, "https", "a.example", None),
        ({"https": "p:3128"}, "https", "a.example", Proxy("http", "p", 3128)),
        ({"all": "https://p"}, "http", "a.example", Proxy("https", "p", 443)),
        ({"http": "http://u%40x:p%3Aw@p"}, "http", "a.example", Proxy("http", "p", 80, "u@x", "p:w")),
        ({"http": "http://p", "no": "a.example"}, "http", "a.example", None),
        ({"http": "http://p", "no": ".example"}, "http", "b.a.example", None),
        ({"http": "http://p", "no": "*"}, "http", "a.example", None),
        ({"http": "http://p", "no": "a.example:81"}, "http", "a.example", Proxy("http", "p", 80)),
        ({"all": "http://p"}, "http", "localhost", None),
        ({"all": "http://p"}, "http", "api.localhost", None),
        ({"all": "http://p"}, "http", "127.8.0.1", None),
        ({"all": "http://p"}, "http", "::1", None),
        ({"all": "http://p"}, "http", "10.0.0.1", Proxy("http", "p", 80)),
    ],
)
def test_the_environment_chooses(proxies: dict[str, str], scheme: str, host: str, expected: Proxy | None) -> None:
    """The scheme's own variable wins over ALL_PROXY; NO_PROXY and this machine go without."""
    assert expected == proxy_for(RequestUrl(scheme, host, None, "/"), proxies)


@pytest.mark.parametrize("text", ["socks5://u:hidden@p:1080", "http://:hidden@", "http://u:hidden@p:notaport"])
def test_a_proxy_that_cannot_be_used_is_an_error_without_its_password(text: str) -> None:
    """The message names the variable, never the URL in it."""
    with pytest.raises(ConnectFailed, match=r"^ALL_PROXY in the environment") as caught:
        proxy_for(RequestUrl("http", "a.example", None, "/"), {"all": text})

    assert "hidden" not in str(caught.value)


def test_a_proxy_never_shows_its_credentials() -> None:
    """Neither text form of a proxy holds its user or password."""
    proxy = Proxy("http", "p", 80, "user", "hidden")

    assert ("p:80", "Proxy(scheme='http', host='p', port=80)") == (str(proxy), repr(proxy))


def test_variables_of_either_case_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """`HTTPS_PROXY` and `no_proxy` are both read."""
    monkeypatch.setenv("HTTPS_PROXY", "http://p")
    monkeypatch.setenv("no_proxy", "x")
    found = proxies_of_environment()

    assert ("http://p", "x") == (found["https"], found["no"])
