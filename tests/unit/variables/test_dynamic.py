"""Do the dynamic variables look like Postman's, and come back the same from the same seed?"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from harness.variables.dynamic import NAMES, DynamicValues

FORMATS: dict[str, str | list[str]] = json.loads(
    Path(__file__).parents[2].joinpath("contract", "variables", "dynamic.json").read_text(encoding="utf-8")
)
"""What Postman's own values match: a regular expression, or all the values there are."""

CLOCK_S = 1_700_000_000.0  # 2023-11-14T22:13:20Z


def make_values(seed: int | str | None = 7) -> DynamicValues:
    """Return values under a clock that stands still."""
    return DynamicValues(seed, clock=lambda: CLOCK_S)


def all_values(values: DynamicValues, iteration: int, item: str) -> list[str]:
    """Return two occurrences of every name, by turns."""
    occurrences = values.at(iteration, item)
    return [occurrences.value(name) for _ in range(2) for name in sorted(NAMES)]


def javascript_date(text: str) -> datetime:
    """Return the moment that JavaScript's text of a date names."""
    return datetime.strptime(text.removesuffix(" (Coordinated Universal Time)"), "%a %b %d %Y %H:%M:%S GMT%z")


def test_every_dynamic_variable_of_postman_is_known() -> None:
    """The 118 names are those of the contract file, no more and no less."""

    assert set(FORMATS) == NAMES
    assert 118 == len(NAMES)


@pytest.mark.parametrize(("name", "form"), FORMATS.items(), ids=FORMATS)
def test_values_have_postmans_format(name: str, form: str | list[str]) -> None:
    """Each value has the form, or is one of the values, that Postman itself would give."""
    occurrences = DynamicValues("formats").at(0, "item")
    values = {occurrences.value(name) for _ in range(200)}
    strange = {v for v in values if not (v in form if isinstance(form, list) else re.fullmatch(form, v))}

    assert set() == strange


def test_a_random_int_takes_every_value_from_0_to_1000() -> None:
    """Both ends of Postman's range occur, and nothing beyond."""
    occurrences = make_values().at(0, "item")
    seen = {int(occurrences.value("randomInt")) for _ in range(20_000)}

    assert set(range(1001)) == seen


def test_a_bank_account_number_has_valid_check_digits() -> None:
    """An IBAN holds the check of ISO 13616: its digits, rearranged, leave 1 when divided by 97."""
    iban = make_values().at(0, "item").value("randomBankAccountIban")

    assert 1 == int("".join(str(int(c, 36)) for c in iban[4:] + iban[:4])) % 97


def test_the_time_is_the_clocks_in_utc() -> None:
    """`timestamp` counts seconds, `isoTimestamp` shows milliseconds and a Z, and neither depends on the seed."""
    occurrences = [make_values(seed).at(0, "item") for seed in (1, 2)]

    assert ["1700000000"] * 2 == [one.value("timestamp") for one in occurrences]
    assert ["2023-11-14T22:13:20.000Z"] * 2 == [one.value("isoTimestamp") for one in occurrences]


@pytest.mark.parametrize(
    ("name", "earliest", "latest"),
    [
        ("randomDatePast", timedelta(days=-365), timedelta(0)),
        ("randomDateRecent", timedelta(days=-1), timedelta(0)),
        ("randomDateFuture", timedelta(0), timedelta(days=365)),
    ],
)
def test_dates_lie_on_their_side_of_now(name: str, earliest: timedelta, latest: timedelta) -> None:
    """A past date is at most a year old, a recent one at most a day, a future one at most a year ahead."""
    occurrences = make_values().at(0, "item")
    now = datetime.fromisoformat("2023-11-14T22:13:20+00:00")
    away = [javascript_date(occurrences.value(name)) - now for _ in range(500)]

    assert earliest <= min(away)
    assert max(away) <= latest


def test_the_same_seed_gives_the_same_values() -> None:
    """Two runs with one seed agree in every variable; a seed given as text is the same seed."""
    expected = all_values(make_values(7), 0, "item")

    assert expected == all_values(make_values(7), 0, "item")
    assert expected == all_values(make_values("7"), 0, "item")


def test_a_seeded_guid_is_the_same_in_every_process() -> None:
    """The value rests on a fixed hash, so a seed printed yesterday on another machine still repeats it."""

    assert "dc84d020-f417-493b-977c-87cf61221322" == make_values(7).at(0, "A :: B").value("guid")


def test_another_seed_iteration_item_or_occurrence_gives_another_value() -> None:
    """Whatever changes what a value stands for changes the value, names that share a kind included."""
    values, item = make_values(7), make_values(7).at(0, "item")
    guids = [
        item.value("guid"),
        item.value("guid"),
        item.value("randomUUID"),
        make_values(8).at(0, "item").value("guid"),
        values.at(1, "item").value("guid"),
        values.at(0, "other").value("guid"),
        values.at(0, 'item", 0').value("guid"),
        values.at(0, "\ud800").value("guid"),
    ]

    assert len(guids) == len(set(guids))


def test_occurrences_are_counted_name_by_name() -> None:
    """The second `guid` is the same whether or not other variables stand between it and the first."""
    alone, mixed = make_values().at(0, "item"), make_values().at(0, "item")
    expected = [alone.value("guid"), alone.value("guid")]
    first, _, second = [mixed.value(name) for name in ("guid", "randomCity", "guid")]

    assert expected == [first, second]


def test_parallel_lanes_give_the_same_values() -> None:
    """Many threads drawing at once get what one would get after the other."""
    items = [f"item {number}" for number in range(40)]
    alone = make_values()
    expected = [all_values(alone, 0, item) for item in items]
    together = make_values()
    with ThreadPoolExecutor(8) as lanes:
        actual = list(lanes.map(lambda item: all_values(together, 0, item), items))

    assert expected == actual


def test_a_seed_is_drawn_once_and_can_be_used_again() -> None:
    """Without a seed each run differs, and its `seed` repeats it."""
    values = DynamicValues()
    expected = values.at(0, "item").value("guid")

    assert expected == DynamicValues(values.seed).at(0, "item").value("guid")
    assert expected != DynamicValues().at(0, "item").value("guid")


@pytest.mark.parametrize("name", ["nope", "$guid", "GUID", ""])
def test_an_unknown_name_is_a_key_error(name: str) -> None:
    """A name outside the 118, in another case too, has no value."""

    with pytest.raises(KeyError):
        make_values().at(0, "item").value(name)


def test_faker_is_loaded_only_for_a_value_that_needs_it() -> None:
    """The common variables do not pay for the import of Faker; a name of a person does."""
    code = (
        "import sys; from harness.variables.dynamic import DynamicValues\n"
        "item = DynamicValues(1).at(0, 'item')\n"
        "for name in 'guid timestamp isoTimestamp randomInt randomUUID randomLoremWords'.split(): item.value(name)\n"
        "before = 'faker' in sys.modules; item.value('randomFirstName'); print(before, 'faker' in sys.modules)"
    )
    root = Path(__file__).parents[3]
    shown = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)

    assert "False True" == shown.stdout.strip()
