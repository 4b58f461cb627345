"""How is a value of each of Postman's 118 dynamic variables made from a source of chance?

Three tables by what a value needs: `PLAIN` (a generator), `TIMED` (a generator and the time), `FAKED` (a seeded Faker).
The kinds, ranges and formats are those of postman-collection 4.4 with @faker-js/faker 5.5.3; the words are not.
"""

from __future__ import annotations

import string
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from harness.moment import iso_utc
from harness.variables.dynamic import words

if TYPE_CHECKING:
    from faker import Faker

__all__ = ["FAKED", "PLAIN", "TIMED"]

_LOWER_HEX: Final = "0123456789abcdef"
_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_WORD_CHARACTERS: Final = string.ascii_letters + string.digits + "_"
_HOUR_S: Final = 3600
_YEAR_S: Final = 365 * 24 * _HOUR_S
_IMAGE_URL: Final = "http://placeimg.com/640/480"
_SVG: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" version="1.1" baseProfile="full" width="640" height="480">'
    '<rect width="100%" height="100%" fill="grey"/></svg>'
)


def _one_of(choices: words.Words) -> Callable[[Random], str]:
    return lambda rng: rng.choice(choices)


def _always(value: str) -> Callable[[Random], str]:
    return lambda _rng: value


def _text(rng: Random, alphabet: str, length: int) -> str:
    return "".join(rng.choices(alphabet, k=length))


def _joined(rng: Random, separator: str, *parts: words.Words) -> str:
    return separator.join(rng.choice(part) for part in parts)


# --- numbers, ids, the internet


def _uuid4(rng: Random) -> str:
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def _phone(rng: Random) -> str:
    area, exchange = rng.randint(200, 999), rng.randint(200, 999)
    return f"{area}-{exchange}-{rng.randint(0, 9999):04}"


def _phone_with_prefix(rng: Random) -> str:
    return f"{rng.randint(1, 99)}-{_phone(rng)}"


def _degrees(limit: int) -> Callable[[Random], str]:
    return lambda rng: f"{rng.randint(-limit * 10_000, limit * 10_000) / 10_000:.4f}"


def _price(rng: Random) -> str:
    return f"{rng.randint(0, 100_000) / 100:.2f}"


def _bitcoin(rng: Random) -> str:
    return rng.choice("13") + _text(rng, _BASE58, rng.randint(25, 33))


def _ip(rng: Random) -> str:
    return ".".join(str(rng.randint(0, 255)) for _ in range(4))


def _ipv6(rng: Random) -> str:
    return ":".join(_text(rng, _LOWER_HEX, 4) for _ in range(8))


def _mac(rng: Random) -> str:
    return ":".join(_text(rng, _LOWER_HEX, 2) for _ in range(6))


def _semver(rng: Random) -> str:
    return ".".join(_text(rng, string.digits, 1) for _ in range(3))


# --- words and sentences


def _any_word(rng: Random) -> str:
    kind = rng.choice((words.ADJECTIVES, words.NOUNS, words.VERBS, words.PRODUCTS, words.ABBREVIATIONS))
    return rng.choice(kind)


def _some_words(rng: Random) -> str:
    return " ".join(_any_word(rng) for _ in range(rng.randint(2, 5)))


def _file_stem(rng: Random) -> str:
    return _some_words(rng).lower().replace(" ", "_").replace("-", "_")


def _common_file_name(rng: Random) -> str:
    return f"{_file_stem(rng)}.{rng.choice(words.COMMON_FILE_EXTENSIONS)}"


def _phrase(rng: Random) -> str:
    return rng.choice(words.PHRASES).format(
        abbreviation=rng.choice(words.ABBREVIATIONS),
        adjective=rng.choice(words.ADJECTIVES),
        ing=rng.choice(words.ING_VERBS),
        noun=rng.choice(words.NOUNS),
        other=rng.choice(words.VERBS),
        thing=rng.choice(words.NOUNS),
        verb=rng.choice(words.VERBS),
    )


def _lorem(rng: Random, count: int, separator: str = " ") -> str:
    return separator.join(rng.choices(words.LOREM, k=count))


def _sentence(rng: Random) -> str:
    return f"{_lorem(rng, rng.randint(3, 10)).capitalize()}."


def _sentences(rng: Random, at_least: int, at_most: int, separator: str = " ") -> str:
    return separator.join(_sentence(rng) for _ in range(rng.randint(at_least, at_most)))


def _paragraph(rng: Random) -> str:
    return _sentences(rng, 3, 6)


def _paragraphs(rng: Random) -> str:
    # The separator is Postman's: a line feed, a space and a carriage return.
    return "\n \r".join(_paragraph(rng) for _ in range(3))


def _lorem_text(rng: Random) -> str:
    return rng.choice((_sentence, _paragraph, _paragraphs, lambda rng: _sentences(rng, 2, 6)))(rng)


PLAIN: Final[Mapping[str, Callable[[Random], str]]] = {
    "guid": _uuid4,
    "randomUUID": _uuid4,
    "randomInt": lambda rng: str(rng.randint(0, 1000)),
    "randomBoolean": lambda rng: rng.choice(("true", "false")),
    "randomAlphaNumeric": lambda rng: _text(rng, string.ascii_lowercase + string.digits, 1),
    "randomHexColor": lambda rng: "#" + _text(rng, _LOWER_HEX, 6),
    "randomPassword": lambda rng: _text(rng, _WORD_CHARACTERS, 15),
    "randomSemver": _semver,
    "randomPhoneNumber": _phone,
    "randomPhoneNumberExt": _phone_with_prefix,
    "randomLocale": _one_of(words.LOCALES),
    "randomLatitude": _degrees(90),
    "randomLongitude": _degrees(180),
    "randomColor": _one_of(words.COLORS),
    "randomWord": _any_word,
    "randomWords": _some_words,
    "randomDepartment": _one_of(words.DEPARTMENTS),
    "randomProduct": _one_of(words.PRODUCTS),
    "randomProductAdjective": _one_of(words.PRODUCT_ADJECTIVES),
    "randomProductMaterial": _one_of(words.PRODUCT_MATERIALS),
    "randomProductName": lambda rng: _joined(
        rng, " ", words.PRODUCT_ADJECTIVES, words.PRODUCT_MATERIALS, words.PRODUCTS
    ),
    "randomCompanySuffix": _one_of(words.COMPANY_SUFFIXES),
    "randomDatabaseColumn": _one_of(words.DATABASE_COLUMNS),
    "randomDatabaseType": _one_of(words.DATABASE_TYPES),
    "randomDatabaseCollation": _one_of(words.DATABASE_COLLATIONS),
    "randomDatabaseEngine": _one_of(words.DATABASE_ENGINES),
    "randomMonth": _one_of(words.MONTHS),
    "randomWeekday": _one_of(words.WEEKDAYS),
    "randomBankAccount": lambda rng: _text(rng, string.digits, 8),
    "randomBankAccountName": _one_of(words.ACCOUNT_NAMES),
    "randomCreditCardMask": lambda rng: _text(rng, string.digits, 4),
    "randomPrice": _price,
    "randomTransactionType": _one_of(words.TRANSACTION_TYPES),
    "randomBitcoin": _bitcoin,
    "randomAbbreviation": _one_of(words.ABBREVIATIONS),
    "randomAdjective": _one_of(words.ADJECTIVES),
    "randomNoun": _one_of(words.NOUNS),
    "randomVerb": _one_of(words.VERBS),
    "randomIngverb": _one_of(words.ING_VERBS),
    "randomPhrase": _phrase,
    "randomImageUrl": _always(_IMAGE_URL),
    **{
        f"random{category.capitalize()}Image": _always(f"{_IMAGE_URL}/{category}")
        for category in words.IMAGE_CATEGORIES
    },
    "randomImageDataUri": _always("data:image/svg+xml;charset=UTF-8," + quote(_SVG, safe="")),
    "randomProtocol": _one_of(("http", "https")),
    "randomDomainSuffix": _one_of(words.DOMAIN_SUFFIXES),
    "randomIP": _ip,
    "randomIPV6": _ipv6,
    "randomMACAddress": _mac,
    "randomLoremWord": lambda rng: _lorem(rng, 1),
    "randomLoremWords": lambda rng: _lorem(rng, 3),
    "randomLoremSlug": lambda rng: _lorem(rng, 3, "-"),
    "randomLoremSentence": _sentence,
    "randomLoremSentences": lambda rng: _sentences(rng, 2, 6),
    "randomLoremParagraph": _paragraph,
    "randomLoremParagraphs": _paragraphs,
    "randomLoremText": _lorem_text,
    "randomLoremLines": lambda rng: _sentences(rng, 1, 5, "\n"),
    "randomNamePrefix": _one_of(words.NAME_PREFIXES),
    "randomNameSuffix": _one_of(words.NAME_SUFFIXES),
    "randomJobDescriptor": _one_of(words.JOB_DESCRIPTORS),
    "randomJobArea": _one_of(words.JOB_AREAS),
    "randomJobType": _one_of(words.JOB_TYPES),
    "randomJobTitle": lambda rng: _joined(rng, " ", words.JOB_DESCRIPTORS, words.JOB_AREAS, words.JOB_TYPES),
    "randomDirectoryPath": _one_of(words.DIRECTORIES),
    "randomCommonFileName": _common_file_name,
    "randomCommonFileType": _one_of(words.COMMON_MEDIA_TYPES),
    "randomCommonFileExt": _one_of(words.COMMON_FILE_EXTENSIONS),
    "randomFileType": _one_of(words.MEDIA_TYPES),
}


# --- the time


def _iso(_rng: Random, now: datetime) -> str:
    return iso_utc(now)


def _away(earliest_s: int, latest_s: int) -> Callable[[Random, datetime], str]:
    """Return a maker of a date that far from the current hour, so that a repeated run within the hour agrees."""

    def make(rng: Random, now: datetime) -> str:
        hour = now.replace(minute=0, second=0, microsecond=0)
        return _javascript_date(hour + timedelta(seconds=rng.randint(earliest_s, latest_s)))

    return make


def _javascript_date(moment: datetime) -> str:
    # ECMA-262 Date.prototype.toString: English names whatever the locale; Postman prints the local zone, we print UTC.
    weekday, month = words.WEEKDAYS[moment.weekday()][:3], words.MONTHS[moment.month - 1][:3]
    clock = moment.time().isoformat(timespec="seconds")
    return f"{weekday} {month} {moment.day:02} {moment.year} {clock} GMT+0000 (Coordinated Universal Time)"


TIMED: Final[Mapping[str, Callable[[Random, datetime], str]]] = {
    "timestamp": lambda _rng, now: str(round(now.timestamp())),
    "isoTimestamp": _iso,
    "randomDatePast": _away(-_YEAR_S + _HOUR_S, -1),
    "randomDateRecent": _away(-23 * _HOUR_S, -1),
    "randomDateFuture": _away(_HOUR_S, _YEAR_S),
}


# --- people, places, companies: Faker's words


def _random(fake: Faker) -> Random:
    """Return the generator that `fake` itself draws from."""
    rng: Random = fake.random
    return rng


def _street_address(fake: Faker) -> str:
    return f"{_random(fake).randint(100, 99_999)} {fake.street_name()}"


def _user_name(fake: Faker) -> str:
    rng = _random(fake)
    first = fake.first_name()
    separator, number = rng.choice(("", ".", "_")), str(rng.randint(0, 99))
    if not separator:
        return first + number
    return first + separator + fake.last_name() + rng.choice(("", number))


def _example_email(fake: Faker) -> str:
    return f"{_user_name(fake)}@example.{_random(fake).choice(('com', 'net', 'org'))}"


def _domain_name(fake: Faker) -> str:
    return f"{_domain_word(fake)}.{_random(fake).choice(words.DOMAIN_SUFFIXES)}"


def _domain_word(fake: Faker) -> str:
    return fake.first_name().lower()


def _bic(fake: Faker) -> str:
    rng, alphabet = _random(fake), string.ascii_uppercase + string.digits
    bank, place = _text(rng, string.ascii_uppercase, 4), _text(rng, alphabet, 2)
    return bank + fake.country_code() + place + _text(rng, alphabet, rng.choice((0, 3)))


def _catch_phrase_word(column: int) -> Callable[[Faker], str]:
    def make(fake: Faker) -> str:
        from faker.providers.company.en_US import Provider

        return _random(fake).choice(tuple(Provider.catch_phrase_words[column]))

    return make


def _bs_word(column: int) -> Callable[[Faker], str]:
    def make(fake: Faker) -> str:
        from faker.providers.company.en_US import Provider

        return _random(fake).choice(tuple(Provider.bsWords[column]))

    return make


def _file_name(fake: Faker) -> str:
    return f"{_file_stem(_random(fake))}.{fake.file_extension()}"


FAKED: Final[Mapping[str, Callable[[Faker], str]]] = {
    "randomFirstName": lambda fake: fake.first_name(),
    "randomLastName": lambda fake: fake.last_name(),
    "randomFullName": lambda fake: fake.name(),
    "randomUserName": _user_name,
    "randomEmail": lambda fake: f"{_user_name(fake)}@{_random(fake).choice(words.MAIL_HOSTS)}",
    "randomExampleEmail": _example_email,
    "randomAvatarImage": lambda fake: f"https://cdn.fakercloud.com/avatars/{_domain_word(fake)}_128.jpg",
    "randomCity": lambda fake: fake.city(),
    "randomStreetName": lambda fake: fake.street_name(),
    "randomStreetAddress": _street_address,
    "randomCountry": lambda fake: fake.country(),
    "randomCountryCode": lambda fake: fake.country_code(),
    "randomCompanyName": lambda fake: fake.company(),
    "randomCatchPhrase": lambda fake: fake.catch_phrase(),
    "randomCatchPhraseAdjective": _catch_phrase_word(0),
    "randomCatchPhraseDescriptor": _catch_phrase_word(1),
    "randomCatchPhraseNoun": _catch_phrase_word(2),
    "randomBs": lambda fake: fake.bs(),
    "randomBsBuzz": _bs_word(0),
    "randomBsAdjective": _bs_word(1),
    "randomBsNoun": _bs_word(2),
    "randomCurrencyCode": lambda fake: fake.currency_code(),
    "randomCurrencyName": lambda fake: fake.currency_name(),
    "randomCurrencySymbol": lambda fake: fake.currency_symbol(),
    "randomBankAccountIban": lambda fake: fake.iban(),
    "randomBankAccountBic": _bic,
    "randomDomainWord": _domain_word,
    "randomDomainName": _domain_name,
    "randomUrl": lambda fake: f"{_random(fake).choice(('http', 'https'))}://{_domain_name(fake)}",
    "randomUserAgent": lambda fake: fake.user_agent(),
    "randomMimeType": lambda fake: fake.mime_type(),
    "randomFileExt": lambda fake: fake.file_extension(),
    "randomFileName": _file_name,
    "randomFilePath": lambda fake: f"{_random(fake).choice(words.DIRECTORIES)}/{_file_name(fake)}",
}
