"""Does the guard let out exactly what an environment allows?"""

from __future__ import annotations

import ipaddress

import pytest

from harness.transport.guard import Guard, is_public, tightest_hosts


@pytest.mark.parametrize(
    ("method", "refused"),
    [
        ("GET", False), ("get", False), ("HEAD", False), ("OPTIONS", False), ("POST", True), ("delete", True),
        ("QUERY", True),
    ],
)  # fmt: skip
def test_protected_lets_reading_methods_out_only(method: str, refused: bool) -> None:
    """A protected environment keeps back everything but GET, HEAD and OPTIONS."""
    refusal = Guard(protected=True).method_refusal(method)

    assert refused == (refusal is not None)


def test_an_open_environment_lets_every_method_out() -> None:
    """Without `protected` no method is refused."""
    assert Guard().method_refusal("DELETE") is None


@pytest.mark.parametrize(
    ("entry", "scheme", "host", "port", "allowed"),
    [
        ("api.plivo.com", "https", "api.plivo.com", None, True),
        ("API.Plivo.com.", "https", "api.plivo.com", None, True),
        ("api.plivo.com", "https", "API.PLIVO.COM.", None, True),
        ("api.plivo.com", "https", "api.plivo.com", 8443, True),
        ("api.plivo.com", "https", "evil-api.plivo.com", None, False),
        ("api.plivo.com", "https", "api.plivo.com.evil.example", None, False),
        ("*.plivo.com", "https", "api.plivo.com", None, True),
        ("*.plivo.com", "https", "a.b.plivo.com", None, True),
        ("*.plivo.com", "https", "plivo.com", None, False),
        ("*.plivo.com", "https", "evilplivo.com", None, False),
        ("localhost:8080", "http", "localhost", 8080, True),
        ("localhost:8080", "http", "localhost", None, False),
        ("localhost:443", "https", "localhost", None, True),
        ("[::1]:8080", "http", "::1", 8080, True),
        ("[::1]:8080", "http", "::1", 8081, False),
        ("::1", "http", "0:0:0:0:0:0:0:1", None, True),
        ("[::1]", "http", "::1", 5, True),
        ("bücher.example", "https", "xn--bcher-kva.example", None, True),
        ("127.0.0.1", "http", "127.0.0.1", 5000, True),
        ("*", "http", "anything.example", None, True),
        ("", "http", "api.plivo.com", None, False),
        (":80", "http", "api.plivo.com", None, False),
    ],
)
def test_hosts_name_the_servers_that_may_be_asked(
    entry: str, scheme: str, host: str, port: int | None, allowed: bool
) -> None:
    """An entry means its host whatever the spelling, at every port unless it names one."""
    refusal = Guard(hosts=(entry,)).host_refusal(host, port, scheme)

    assert allowed == (refusal is None)


def test_a_refused_host_is_named_with_those_allowed() -> None:
    """The sentence says which host was refused and which ones are not."""
    refusal = Guard(hosts=("api.plivo.com", "*.example")).host_refusal("evil.test", 8080, "http")

    assert "`evil.test:8080` is not among the allowed hosts: `api.plivo.com`, `*.example`" == refusal


def test_an_empty_list_allows_no_host() -> None:
    """`hosts = []` is no oversight: nothing goes out."""
    assert Guard(hosts=()).host_refusal("localhost", 80, "http") is not None


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.0.0.1", "192.168.1.1", "fd12::1", "93.184.216.34"])
def test_inner_addresses_may_be_asked_directly(address: str) -> None:
    """Without a redirect a server of the own machine or network is as good as any."""
    refusal = Guard().address_refusal("x", ipaddress.ip_address(address), redirected_from_public=False)

    assert refusal is None


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "::1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "0.0.0.0", "fd12::1",
        "::ffff:127.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::",
    ],
)  # fmt: skip
def test_a_public_server_cannot_redirect_inwards(address: str) -> None:
    """A redirect from the internet to an inner address is refused, also when IPv6 wraps it."""
    refusal = Guard().address_refusal("x", ipaddress.ip_address(address), redirected_from_public=True)

    assert refusal is not None


@pytest.mark.parametrize("address", ["169.254.169.254", "fe80::1", "::ffff:169.254.169.254", "fd00:ec2::254"])
@pytest.mark.parametrize("redirected", [True, False])
def test_metadata_addresses_are_refused_always(address: str, redirected: bool) -> None:
    """Link-local and metadata addresses are refused directly, too."""
    refusal = Guard().address_refusal("x", ipaddress.ip_address(address), redirected_from_public=redirected)

    assert refusal is not None


@pytest.mark.parametrize(("entry", "allowed"), [("meta.internal", True), ("*.internal", False), ("*", False)])
def test_only_a_host_named_in_full_opens_inner_addresses(entry: str, allowed: bool) -> None:
    """A wildcard was not written with an inner address in mind; the host itself was."""
    guard = Guard(hosts=(entry,))
    refusal = guard.address_refusal(
        "meta.internal", ipaddress.ip_address("169.254.169.254"), redirected_from_public=True
    )

    assert allowed == (refusal is None)


@pytest.mark.parametrize(("address", "public"), [("93.184.216.34", True), ("2606:4700::1", True), ("224.0.0.1", False)])
def test_public_means_the_open_internet(address: str, public: bool) -> None:
    """Multicast and inner addresses are none of the open internet."""
    assert public == is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    ("lists", "expected"),
    [
        ([], None),
        ([("a.example", "b.example")], ("a.example", "b.example")),
        ([("a.example", "b.example"), ("b.example",)], ("b.example",)),
        ([("*.example",), ("a.example", "other.test")], ("a.example",)),
        ([("a.example",), ("*.example:8443",)], ("a.example:8443",)),
        ([("*.example",), ("*.a.example",)], ("*.a.example",)),
        ([("*.a.example",), ("*.example",)], ("*.a.example",)),
        ([("*.example",), ("*.example",)], ("*.example",)),
        ([("a.example:1",), ("a.example:2",)], ()),
        ([("a.example",), ("b.example",)], ()),
        ([("*",), ("[::1]:80",)], ("[::1]:80",)),
        ([("a.example",), ()], ()),
    ],
)
def test_several_lists_allow_what_all_of_them_do(
    lists: list[tuple[str, ...]], expected: tuple[str, ...] | None
) -> None:
    """A further list of hosts only ever tightens."""
    assert expected == tightest_hosts(lists)
