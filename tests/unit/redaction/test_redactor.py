"""Is a secret masked in whatever form a request, response or report writes it, and nothing else?"""

from __future__ import annotations

import base64
import html
import json
import quopri
import random
import shlex
import threading
from collections.abc import Callable
from html.entities import codepoint2name
from urllib.parse import quote, quote_plus

import pytest

from harness.redaction.redactor import Redactor, is_secret_name

SECRETS = [
    "AbCdEfGh12345678",
    "p@ss \"w\\o/rd'+x9",
    "grüße & <Küsse> 🎉 \U0001f511key",
    "line one\nline two\r\n\tline three",
    "50%+1=%2F&amp;",
    "\\" * 40,
    "----",
    "a/b",
]


def php_json(text: str) -> str:
    """Return JSON as PHP writes it, slashes escaped."""
    return json.dumps(text).replace("/", "\\/")


def go_json(text: str) -> str:
    """Return JSON as Go writes it, the characters of HTML escaped."""
    escaped = json.dumps(text, ensure_ascii=False)
    return escaped.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003E")


def upper_escapes(text: str) -> str:
    """Return JSON with upper-case digits in its escapes."""
    return "".join(
        f"\\u{unit:04X}" if unit > 0x7E else chr(unit) for unit in utf16(json.dumps(text, ensure_ascii=False))
    )


def lower_percent(text: str) -> str:
    """Return `text` percent-encoded with lower-case digits."""
    return "".join(chr(b) if chr(b).isalnum() and b < 128 else f"%{b:02x}" for b in text.encode())


def utf16(text: str) -> list[int]:
    """Return the units of UTF-16."""
    return list(memoryview(text.encode("utf-16-le")).cast("H"))


def in_lines(text: str, end: str) -> str:
    """Return `text` in lines of eight characters."""
    return end.join(text[start : start + 8] for start in range(0, len(text), 8))


FORMS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "json": json.dumps,
    "json without ascii": lambda text: json.dumps(text, ensure_ascii=False),
    "json in json": lambda text: json.dumps(json.dumps(text)),
    "json of PHP": php_json,
    "json of Go": go_json,
    "json in upper case": upper_escapes,
    "quote": quote,
    "quote of all": lambda text: quote(text, safe=""),
    "quote of few": lambda text: quote(text, safe="!*'();:@,/?#[]"),
    "quote in lower case": lower_percent,
    "quote twice": lambda text: quote(quote(text, safe=""), safe=""),
    "form": quote_plus,
    "html": html.escape,
    "html of numbers": lambda text: "".join(c if c.isascii() and c.isalnum() else f"&#{ord(c)};" for c in text),
    "html of hex numbers": lambda text: "".join(c if c.isascii() and c.isalnum() else f"&#x{ord(c):X};" for c in text),
    "shell": shlex.quote,
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 for URLs": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "base64 in a URL": lambda text: quote(base64.b64encode(text.encode()).decode(), safe=""),
    "base64 in lines": lambda text: in_lines(base64.b64encode(text.encode()).decode(), "\r\n"),
    "base64 in lines of JSON": lambda text: json.dumps(in_lines(base64.b64encode(text.encode()).decode(), "\n"))[1:-1],
    "base64 twice": lambda text: base64.b64encode(base64.b64encode(text.encode())).decode(),
    "base64 of UTF-16": lambda text: base64.b64encode(text.encode("utf-16-le")).decode(),
    "base64 of JSON": lambda text: base64.b64encode(json.dumps(text)[1:-1].encode()).decode(),
    "base64 of quote": lambda text: base64.b64encode(quote(text, safe="").encode()).decode(),
    "hex": lambda text: text.encode().hex(),
    "hex in upper case": lambda text: text.encode().hex().upper(),
    "every byte in percent": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
    "every character in JSON": lambda text: "".join(f"\\u{unit:04x}" for unit in utf16(text)),
    "every character in XML": lambda text: "".join(f"&#x{ord(c):x};" for c in text),
    "every byte in hex escapes": lambda text: "".join(f"\\x{byte:02x}" for byte in text.encode()),
    "names of HTML": lambda text: "".join(
        f"&{codepoint2name[ord(c)]};" if ord(c) in codepoint2name else c for c in text
    ),
    "repr of text": lambda text: ascii(text)[1:-1],
    "repr of bytes": lambda text: repr(text.encode())[2:-1],
    "quoted-printable": lambda text: quopri.encodestring(text.encode(), quotetabs=True).decode(),
    "quote of JSON": lambda text: quote(json.dumps(text)[1:-1], safe=""),
    "form of HTML": lambda text: quote_plus(html.escape(text)),
    "JSON of HTML of quote": lambda text: json.dumps(html.escape(quote(text)))[1:-1],
    "HTML of JSON of JSON": lambda text: html.escape(json.dumps(json.dumps(text)[1:-1])[1:-1]),
    "quote three times": lambda text: quote(quote(quote(text, safe=""), safe=""), safe=""),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("secret", SECRETS)
def test_every_form_is_masked(secret: str, form: str) -> None:
    """In each form the whole secret is one mask; what stands around it stays."""
    redactor = Redactor()
    redactor.add(secret, "auth_token")
    written = FORMS[form](secret)
    masked = redactor.text(f"before {written} after")

    assert redactor.carries_secret(written)
    assert "‹auth_token›" == masked.removeprefix("before ").removesuffix(" after").strip("\"\\'")


UNCHAINED = ("base64", "hex", "json", "shell", "quoted-printable", "quote three times", "JSON of", "HTML of")
"""Forms that put something around the text, or are the last ones."""


@pytest.mark.no_cover
def test_escaped_again_and_again() -> None:
    """Whatever encoders a secret went through, one after the other, it is found, and masked as a whole."""
    chance = random.Random(11)
    encoders = [form for name, form in FORMS.items() if not name.startswith(UNCHAINED)]
    encoders += [
        lambda text: json.dumps(text)[1:-1],
        lambda text: php_json(text)[1:-1],
        lambda text: go_json(text)[1:-1],
    ]
    alphabet = "abcXYZ0123456789%%&&;\\\\\"'/+= <>#ün\nu€🎉-_.~$"
    for _ in range(2_000):
        secret = "".join(chance.choices(alphabet, k=chance.randint(6, 30)))
        redactor = Redactor()
        redactor.add(secret, "auth_token")
        chain = chance.choices(encoders, k=chance.randint(1, 3))
        written = secret
        for encode in chain:
            written = encode(written)
        masked = redactor.text(f"before|{written}|after")

        assert "before|‹auth_token›|after" == masked.replace('"', "").replace("\\", ""), (secret, written)


@pytest.mark.parametrize("around", range(9))
@pytest.mark.parametrize("secret", SECRETS[:4])
def test_base64_of_a_text_around_a_secret(secret: str, around: int) -> None:
    """However it falls in threes, the secret's part of a longer text in base64 is masked."""
    redactor = Redactor()
    redactor.add(secret, "auth_token")
    encoded = base64.b64encode(f"{'x' * around}{secret}{'y' * (around // 3)}".encode()).decode()
    masked = redactor.text(encoded)
    rest = masked.replace("‹auth_token›", "")

    assert "‹auth_token›" in masked
    assert len(rest) <= len(encoded) - len(secret.encode()) * 4 // 3 + 4


JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"expected '{JWT[:37]}…' to equal 'x'", "expected '‹token›…' to equal 'x'"),
        (f"'{JWT[:20]}...{JWT[-20:]}'", "'‹token›...‹token›'"),
        (f"the message: {JWT[:12]}", "the message: ‹token›"),
        (f"{JWT[:12]} and more", f"{JWT[:12]} and more"),
        (f"{JWT[:7]}…", f"{JWT[:7]}…"),
        (f"{JWT[:20]}\\u2026", "‹token›\\u2026"),
        (f"…{JWT}…", "…‹token›…"),
        ("Password…", "Password…"),
        ("Password1…", "‹password›…"),
    ],
)
def test_what_is_left_of_a_secret_that_was_cut_short(text: str, masked: str) -> None:
    """Its beginning before an ellipsis or at the end of a text, and its end behind one."""
    redactor = Redactor()
    redactor.add(JWT, "token")
    redactor.add("Password123", "password")

    assert masked == redactor.text(text)


@pytest.mark.parametrize("names", [("aaa", "zzz"), ("zzz", "aaa")])
def test_a_whole_secret_is_no_cut_one(names: tuple[str, str]) -> None:
    """At the end of a text stands the secret that is there whole, not the longer one that begins alike."""
    whole, longer = names
    redactor = Redactor()
    redactor.add("tok_live_51H8xYzQq-and-more", longer)
    redactor.add("tok_live_51H8xYzQq", whole)

    assert f"into ‹{whole}›" == redactor.text("into tok_live_51H8xYzQq")
    assert f"into ‹{longer}›" == redactor.text("into tok_live_51H8xYzQq-and")


def test_masks_have_numbers_where_they_have_no_name() -> None:
    """Secrets without a name are counted in the order they came; a name that comes later is used."""
    redactor = Redactor()
    for value in ("first-one", "second-one", "first-one"):
        redactor.add(value)

    assert "‹secret 1› ‹secret 2›" == redactor.text("first-one second-one")

    redactor.add("second-one", "api_key")
    redactor.add("second-one", "other")

    assert "‹secret 1› ‹api_key›" == redactor.text("first-one second-one")


def test_a_mask_is_never_masked_again() -> None:
    """Masking twice is masking once, even when a secret is part of a mask."""
    redactor = Redactor()
    redactor.add("value-of-it", "auth_token")
    redactor.add("token", "other")
    masked = redactor.text("value-of-it token")

    assert "‹auth_token› ‹other›" == masked
    assert masked == redactor.text(masked)
    assert masked.encode() == redactor.data(masked.encode())
    assert not redactor.carries_secret(masked)


def test_the_longest_secret_wins() -> None:
    """Of two secrets, one the beginning of the other, the longer is masked where it stands."""
    redactor = Redactor()
    redactor.add("abcdef", "short")
    redactor.add("abcdef-ghi", "long")

    assert "‹long› ‹short›-gh." == redactor.text("abcdef-ghi abcdef-gh.")


def test_secrets_that_overlap_leave_nothing() -> None:
    """Where one secret begins within another, no character of either is left."""
    redactor = Redactor()
    redactor.add("12345-abc", "one")
    redactor.add("abc-67890-x", "two")

    assert "<‹two›>" == redactor.text("<12345-abc-67890-x>")


NAMES = (
    "token auth_token authToken AUTH-TOKEN apiKey api-key APIKey apikey x-api-key private_key privateKey client.secret"
)
OTHER_NAMES = "tokenizer secretary passwords key apis_key keyboard ---"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        *((name, True) for name in [*NAMES.split(), "API Key", "DB_PASSWD", "token2"]),
        *((name, False) for name in [*OTHER_NAMES.split(), ""]),
    ],
)
def test_names_of_secrets(name: str, expected: bool) -> None:
    """Whole words decide, in any way of joining them."""
    assert expected is is_secret_name(name)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ('{"password": "hunter2", "x": "hunter2"}', '{"password": "‹password›", "x": "hunter2"}'),
        (r'"{\"password\":\"hunter2\"}"', r'"{\"password\":\"‹password›\"}"'),
        ("a=1&password=hunter2&b=hunter2", "a=1&password=‹password›&b=hunter2"),
        ("Password: hunter2", "Password: ‹password›"),
        ("PASSWORD = 'hunter2'", "PASSWORD = '‹password›'"),
        ('{"key": "password",\n   "value": "hunter2"}', '{"key": "password",\n   "value": "‹password›"}'),
        ("password: hunter22", "password: hunter22"),
        ("<password>hunter2</password>", "<password>‹password›</password>"),
        ("&lt;password&gt;hunter2&lt;/password&gt;", "&lt;password&gt;‹password›&lt;/password&gt;"),
        ('form-data; name="password"\r\n\r\nhunter2\r\n', 'form-data; name="password"\r\n\r\n‹password›\r\n'),
        ("?api=1&password%3Dhunter2", "?api=1&password%3D‹password›"),
        ("my_password: hunter2", "my_password: ‹password›"),
        ("nopassword: hunter2", "nopassword: hunter2"),
        ("hunter2", "hunter2"),
    ],
)
def test_a_short_value_is_masked_in_its_field_only(text: str, masked: str) -> None:
    """A value that may be an ordinary word is a secret only beside its name."""
    redactor = Redactor()
    redactor.add_named("password", "hunter2")

    assert masked == redactor.text(text)


@pytest.mark.parametrize(
    ("name", "value", "text", "masked"),
    [
        ("authToken", "Zx9-long-value", "Zx9-long-value", "‹authToken›"),
        ("user", "Zx9-long-value", "Zx9-long-value", "Zx9-long-value"),
        ("secret", "undisclosed", "undisclosed", "undisclosed"),
        ("secret", "undisclosed", "secret=undisclosed", "secret=‹secret›"),
        ("token", "{{other_token}}", "token={{other_token}}", "token={{other_token}}"),
        ("token", "", "token=", "token="),
    ],
)
def test_named_values(name: str, value: str, text: str, masked: str) -> None:
    """A value is as much of a secret as its name and its form say."""
    redactor = Redactor()
    redactor.add_named(name, value)

    assert masked == redactor.text(text)


def test_one_or_two_characters_are_not_masked_everywhere() -> None:
    """Secrets as short as that would take whole reports with them."""
    redactor = Redactor()
    redactor.add("a", "pin")
    redactor.add("b")
    redactor.add("")

    assert "a b pin=‹pin›" == redactor.text("a b pin=a")


def test_bytes() -> None:
    """Bodies are masked in UTF-8, in Latin-1 and in UTF-16; all other bytes stay as they are."""
    redactor = Redactor()
    redactor.add("schlüssel-1", "key")
    redactor.add("Plain-Secret", "plain")

    assert "é ‹key›".encode() == redactor.data("é schlüssel-1".encode())
    assert b"\xff \xe9 " + "‹key›".encode() == redactor.data("ÿ é schlüssel-1".encode("latin-1"))
    assert b"\xff " + "‹key›".encode() == redactor.data(b"\xff " + "schlüssel-1".encode())
    assert b"P\x00l" not in redactor.data("Plain-Secret".encode("utf-16"))
    for encoding in ("utf-16", "utf-16-be"):
        assert "ü".encode(encoding[:9]) not in redactor.data("schlüssel-1".encode(encoding))


def test_what_holds_no_secret_is_the_same_object() -> None:
    """Nothing is copied for nothing."""
    redactor = Redactor()
    redactor.add("AbCdEfGh12345678")
    text, data = "nothing " * 3, b"\xff nothing"

    assert redactor.text(text) is text
    assert redactor.data(data) is data


def test_marks_move_along() -> None:
    """Offsets point at the same characters after masking, at the mask's beginning if within a secret."""
    redactor = Redactor()
    redactor.add("secret-number-one", "a")
    text = "x secret-number-one y secret-number-one z"
    marks = [0, 2, 9, text.index("y"), text.index("z"), len(text)]
    masked, moved = redactor.part(text, 0, len(text), marks)

    assert "x ‹a› y ‹a› z" == masked
    assert [0, 2, 2, masked.index("y"), masked.index("z"), len(masked)] == moved


LONG_SECRET = "".join(random.Random(3).choices("abcdefghijklmnopqrstuvwxyz0123456789+/é", k=700))


@pytest.mark.parametrize(
    "written",
    [
        LONG_SECRET,
        quote(quote(LONG_SECRET, safe=""), safe=""),
        "".join(f"\\u{ord(each):04x}" for each in LONG_SECRET),
        "".join(f"&#x{ord(each):x};" for each in LONG_SECRET),
        base64.b64encode(LONG_SECRET.encode()).decode(),
        LONG_SECRET.encode().hex(),
    ],
    ids=["plain", "percent twice", "json", "html", "base64", "hex"],
)
def test_a_part_is_masked_as_within_the_whole(written: str) -> None:
    """Wherever a text is cut, the part is that of the whole once it is masked: nothing leaks at its edges."""
    redactor = Redactor()
    redactor.add(LONG_SECRET, "token")
    redactor.add("Other-secret-1", "other")
    text = f"{'x' * 3000}{written} - Other-secret-1 {'y' * 900}{written}{'z' * 20_000}"
    for start, end in [(at, at + 400) for at in range(2700, 2700 + len(written), 97)] + [(0, 3100), (3500, 20_000)]:
        whole, (first, last) = redactor.part(text, 0, len(text), (start, end))

        assert whole == redactor.text(text)
        assert redactor.part(text, start, end)[0] == whole[first:last]
    assert redactor.cut(text, 3100) == "x" * 3000 + "…"


@pytest.mark.no_cover
def test_random_texts_keep_no_secret() -> None:
    """Whatever is mixed of secrets, their pieces and escapes, no secret is left."""
    chance = random.Random(7)
    redactor = Redactor()
    secrets = ["ab+/c", "%2Bab", 'c\\\\d"', "+/c%2", "abab-abab"]
    for secret in secrets:
        redactor.add(secret)
    pieces = [*secrets, *'ab+/c%2B\\d"&;#-', "%2B", "\\u002f", "&amp;", "‹", "›"]
    for _ in range(3_000):
        text = "".join(chance.choices(pieces, k=12))
        masked = redactor.text(text)

        assert not any(secret in masked for secret in secrets)
        assert not redactor.carries_secret(masked.replace("›", "› ").replace("‹", " ‹"))


def test_secrets_may_come_while_others_read() -> None:
    """Adding from several threads while masking loses no secret."""
    redactor = Redactor()

    def work(number: int) -> None:
        for turn in range(20):
            redactor.add(f"secret-{number}-{turn}-value")
            assert "value" not in redactor.text(f"secret-{number}-{turn}-value")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert "value" not in redactor.text(" ".join(f"secret-{n}-{t}-value" for n in range(4) for t in range(20)))


def test_signature_is_masked_while_it_is_new() -> None:
    """A value that one request only has is masked in the forms of an echo, and forgotten after many more requests."""
    redactor = Redactor()
    redactor.add_fleeting("ab/c+d==")

    assert "‹signature›|‹signature›|‹signature›" == redactor.text("ab/c+d==|ab%2Fc%2Bd%3D%3D|ab%2fc%2bd%3d%3d")
    for number in range(100):
        redactor.add_fleeting(f"signature {number}")
    assert "ab/c+d==" == redactor.text("ab/c+d==")
    assert "‹signature›" == redactor.text("signature 99")


@pytest.mark.no_cover
def test_secrets_that_come_later_are_masked_at_once() -> None:
    """Each new one from the next text on, however many there were before; a name that comes later is used."""
    redactor = Redactor()
    redactor.add("the-first-one", "first")
    for number in range(300):
        redactor.add(f"value-{number:04}-x", f"v{number}" if number % 3 else None)

        assert "value" not in redactor.text(f"value-{number:04}-x value-0000-x")
    redactor.add("value-0000-x", "named")

    assert "‹named› ‹v1› ‹v299› ‹first›" == redactor.text("value-0000-x value-0001-x value-0299-x the-first-one")


@pytest.mark.no_cover
def test_of_what_comes_in_the_run_the_last_thousands_are_kept() -> None:
    """A token for each request does not fill the memory; what was known when the run began stays."""
    redactor = Redactor()
    redactor.add("known-before-the-run", "first")
    redactor.add_weak("1234", "first_pin")
    redactor.settle()
    for number in range(5000):
        redactor.add(f"token-{number:04}-x", "token")
        if number % 10 == 0:
            redactor.add_weak(f"{number:04}", "pin")

    assert "‹first› ‹token› token-0000-x" == redactor.text("known-before-the-run token-4999-x token-0000-x")
    assert "first_pin=‹first_pin› pin=‹pin›" == redactor.text("first_pin=1234 pin=4990")
    assert "‹token›" * 2000 == redactor.text("".join(f"token-{number:04}-x" for number in range(3000, 5000)))


@pytest.mark.parametrize("word", ["undefined", "null", "NaN", "[object Object]"])
def test_what_stands_for_no_value_is_no_secret(word: str) -> None:
    """A script that sends `Bearer undefined` has a fault, which the report must still be able to name."""
    redactor = Redactor()
    redactor.add(word)
    redactor.add(word, "token")

    assert redactor.text(f"Cannot read properties of {word}") == f"Cannot read properties of {word}"
    assert redactor.text(f'{{"token": "{word}"}}') == '{"token": "‹token›"}'
