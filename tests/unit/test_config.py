"""Does the configuration say what its files say, and is everything wrong in them found at its place?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from harness.checks.rule import Rule
from harness.config.settings import settings_for
from harness.errors import InvalidConfig
from harness.runner.options import CollectionSettings, Flags
from harness.variables.environment import Environment

HOST = " | such as api.example.com, *.example.com or localhost:8080"

Configure = Callable[..., CollectionSettings]


@pytest.fixture
def configure(tmp_path: Path) -> Configure:
    """Return a function that writes both files and returns what they say; an empty pyproject.toml ends the search."""
    collection = tmp_path / "apis" / "users.postman_collection.json"
    collection.parent.mkdir()

    def settings(
        text: str | None = None, *, tool: str = "", environment: str | None = None, profile: str | None = None
    ) -> CollectionSettings:
        (tmp_path / "pyproject.toml").write_text(tool, encoding="utf-8", newline="")
        if text is not None:
            (collection.parent / "users.harness.toml").write_text(text, encoding="utf-8", newline="")
        chosen = (
            Environment(environment, {}, f"env/{environment}_file.postman_environment.json") if environment else None
        )
        return settings_for(collection, chosen, profile=profile)

    return settings


def faults(configure: Configure, *args: str, **options: str) -> list[str]:
    """Return `file:line:column summary | hint` of everything that is wrong."""
    with pytest.raises(InvalidConfig) as caught:
        configure(*args, **options)
    assert 4 == caught.value.exit_code
    places = [problem.location for problem in caught.value.problems if problem.location is not None]
    assert len(caught.value.problems) == len(places)
    return [
        f"{str(place).removeprefix(str(Path(place.file).parent) + '/')} {problem.summary}"
        + (f" | {problem.hint}" if problem.hint else "")
        for problem, place in zip(caught.value.problems, places, strict=True)
    ]


def test_no_files(configure: Configure) -> None:
    """Without configuration everything is at its default: nothing protected, every host, no rules."""
    assert CollectionSettings() == configure()


KNOWN = "protected, hosts, match, literal, fail_on"
FULL = """\
match = "exact"
protected = true
hosts = ["api.example.com", "*.example.org", "localhost:8080", "[::1]:80"]
literal = ["firstName"]

[[rules]]
select = "Users::List"
status = 200
schema = "schemas/users.json"
match = "status"

[[rules]]
select = ["Users", "Orders::*"]
expect_status = 404
literal = ["a", "b"]
"""


def _values(rule: Rule) -> dict[str, object]:
    """Return what a rule says; rules themselves are compared by identity, as two of a file may say the same."""
    return {field.name: getattr(rule, field.name) for field in fields(rule) if field.compare}


def test_every_key(configure: Configure) -> None:
    """Every key of the top level and of rules is read; a schema is looked for beside the file."""
    settings = configure(FULL)

    assert "exact" == settings.match
    assert settings.guard.protected
    assert ("api.example.com", "*.example.org", "localhost:8080", "[::1]:80") == settings.guard.hosts
    assert frozenset({"firstName"}) == settings.literal
    first, second = settings.rules
    folder = Path(first.location.file).parent
    expected = Rule(("Users::List",), first.location, 200, folder / "schemas/users.json", "status")
    assert _values(expected) == _values(first)
    expected = Rule(("Users", "Orders::*"), second.location, expect_status=404, literal=frozenset({"a", "b"}))
    assert _values(expected) == _values(second)


def test_rules_know_their_place(configure: Configure) -> None:
    """A rule points at its schema, else at what it selects, else at its header."""
    rules = configure(FULL + '[[rules]]\nmatch = "shape"\n').rules

    assert ["9:1", "13:1", "16:1"] == [str(rule.location).removeprefix(f"{rule.location.file}:") for rule in rules]
    assert ("*",) == rules[2].select


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("protected = 1", "1:1 `protected` is true or false, not a number"),
        ('protected = "yes"', "1:1 `protected` is true or false, not a string"),
        ('\n  hosts = "a.example"', "2:3 `hosts` is a list of strings, not a string"),
        ("hosts = [1]", "1:1 `hosts` is a list of strings, not a list of something else"),
        ("match = 2020-01-01", "1:1 `match` is a string, not a date or time"),
        ('match = "shap"', "1:1 unknown match mode `shap` | did you mean `shape` or `schema`?"),
        ('match = "zzz"', "1:1 unknown match mode `zzz` | known are status, shape, subset, exact, schema, ignore"),
        ("literal = {a = 1}", "1:1 `literal` is a list of strings, not a table"),
        ("rules = 3", "1:1 `rules` is a list of tables, not a number"),
        ("rules = [1]", "1:1 a rule is a table, not a number"),
        ("environments = 3", "1:1 `environments` is a table, not a number"),
        ("[environments]\nlive = 3", "2:1 `environments.live` is a table, not a number"),
        ("protectd = true", "1:1 unknown key `protectd` | did you mean `protected`?"),
        ('"x y" = 1', f"1:1 unknown key `x y` | known are {KNOWN}, openapi, rules, known_drift, environments"),
        ("[[rules]]\nselect = 3", "2:1 `select` is a string or a list of strings, not a number"),
        ('[[rules]]\nselect = ["a", 3]', "2:1 `select` is a string or a list of strings, not a list of something else"),
        ('[[rules]]\nstatus = "200"', "2:1 `status` is a whole number, not a string"),
        ("[[rules]]\nstatus = true", "2:1 `status` is a whole number, not a boolean"),
        ("[[rules]]\nexpect_status = 2.5", "2:1 `expect_status` is a whole number, not a decimal number"),
        ("[[rules]]\nschema = []", "2:1 `schema` is a string, not a list"),
        ("[[rules]]\n[[rules]]\n[[rules]]\nselekt = 'x'", "4:1 unknown key `selekt` | did you mean `select`?"),
        ("rules = [{select = 'a'},\n {status = 'x'}]", "1:1 `status` is a whole number, not a string"),
        ("[environments.live]\nrules = []", f"2:1 unknown key `rules` | known are {KNOWN}"),
        ('fail_on = "all"', "1:1 unknown severity `all` | known are breaking, compatible, any"),
        ("[[rules]]\npath = '$.a['", "2:1 `$.a[` is no JSONPath: *"),
        ("[[rules]]\npath = 'a'", "2:1 `a` is no JSONPath: *| a JSONPath begins with `$`, such as $.items[*].id"),
        ("[[rules]]\npath = '$'\nformat = 'uid'", "3:1 unknown format `uid` | did you mean `uuid`?"),
        ("[[rules]]\npath = '$'\nregex = '('", "3:1 `(` is no regular expression: *"),
        ("[[rules]]\npath = '$'\nrange = [3, 1]", "3:1 `range` is the least and then the greatest number"),
        ("[[rules]]\npath = '$'\ntype = 'text'", "3:1 unknown type `text`*"),
        ("[[rules]]\nignore = true", "2:1 `ignore` says nothing without a `path` or `header` | `path = *` is the body"),
        ("[[rules]]\nstatus = 200\nexpect_status = 200", "3:1 `expect_status` is decided before *"),
        ("[[rules]]\nmax_time_ms = 0", "2:1 `max_time_ms` is at least 1"),
        ("[[known_drift]]\nreason = 'x'", "1:1 a known drift needs `expires` | what is accepted for good is a rule*"),
        ("[[known_drift]]\nreason = 'x'\nexpires = 'soon'", "3:1 `soon` is no day | written as 2027-01-31"),
        (
            "[[known_drift]]\nreason = 'x'\nexpires = 2030-01-01\npath = '$.a[?@.b].c'",
            "4:1 `$.a(?@.b].c` selects by values: a known drift names places*",
        ),
        ('hosts = ["https://a.example"]', f"1:1 `https://a.example` is no host{HOST}"),
        ('hosts = ["a.example/v1"]', f"1:1 `a.example/v1` is no host{HOST}"),
        ('hosts = [""]', f"1:1 `` is no host{HOST}"),
    ],
)  # fmt: skip
def test_wrong_keys_and_values(configure: Configure, text: str, expected: str) -> None:
    """A wrong key or value is found at its line and column, with what would be right."""
    (found,) = faults(configure, text)

    assert fnmatchcase(found.replace("[", "("), f"users.harness.toml:{expected}".replace("[", "(")), found


def test_all_faults_of_both_files_are_found(configure: Configure) -> None:
    """One call tells everything that is wrong, in tables that are not used now as well."""
    found = faults(
        configure,
        'matsch = "exact"\n[environments.a]\nprotected = 1\n[environments."b c"]\nhosts = 1\n',
        tool="[tool.harness]\nprotected = 2\n[tool.harness.profiles.smoke]\nmatch = 3\n[[tool.harness.rules]]\nx = 1\n",
        environment="a",
    )

    assert [
        "pyproject.toml:2:1 `protected` is true or false, not a number",
        "pyproject.toml:6:1 unknown key `x` | known are select, status, schema, match, expect_status, literal, "
        "provoke, max_time_ms, path, header, ignore, unordered, key, type, format, regex, one_of, range, severity",
        "pyproject.toml:4:1 `match` is a string, not a number",
        "users.harness.toml:1:1 unknown key `matsch` | did you mean `match`?",
        "users.harness.toml:3:1 `protected` is true or false, not a number",
        "users.harness.toml:5:1 `hosts` is a list of strings, not a number",
    ] == found


def test_the_place_is_that_of_the_right_table(configure: Configure) -> None:
    """A key that stands in several tables is shown where it is wrong, however the tables are written."""
    text = (
        'match = "exact"\n[ environments . one ]\nmatch = "exact"\n[environments.\'two\'] # comment\r\n\tmatch = "x"\n'
    )
    hint = "known are status, shape, subset, exact, schema, ignore"
    assert [f"users.harness.toml:5:2 unknown match mode `x` | {hint}"] == faults(configure, text)

    dotted = 'environments.one.match = "exact"\nenvironments.two.match = 7\n'
    assert ["users.harness.toml:2:1 `match` is a string, not a number"] == faults(configure, dotted)


@pytest.mark.parametrize(
    ("tool", "expected"),
    [
        ("[tool]\nharness = 3", "2:1 `tool.harness` is a table, not a number"),
        ("[tool.harness]\nprofiles = 3", "2:1 `profiles` is a table, not a number"),
        ("[tool.harness.profiles]\nsmoke = 3", "2:1 `tool.harness.profiles.smoke` is a table, not a number"),
    ],
)
def test_tables_of_pyproject_that_are_none(configure: Configure, tool: str, expected: str) -> None:
    """What should be a table and is none is said to be so."""
    assert [f"pyproject.toml:{expected}"] == faults(configure, tool=tool)


def test_mistakes_of_other_tools_are_not_ours(configure: Configure) -> None:
    """A pyproject.toml without our table says nothing, whatever else is odd in it."""
    assert CollectionSettings() == configure(tool="tool = 3")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("match = ", "1:9 not TOML: invalid value"),
        ('match = "exact"\nhosts = [1, 2', "2:14 not TOML: unclosed array"),
        ("a = 1\r\na = 2\r\n", "2:6 not TOML: cannot overwrite a value"),
        ("a = " + "[" * 50_000, "1:1 not TOML that can be read"),
        (f"a = {'1' * 5_000}", "1:1 not TOML that can be read"),
    ],
    ids=["value", "array", "twice", "deep", "digits"],
)
def test_what_is_not_toml(configure: Configure, text: str, expected: str) -> None:
    """A broken file is refused with line and column, never with a traceback."""
    assert [f"users.harness.toml:{expected}"] == faults(configure, text)


def test_precedence(configure: Configure) -> None:
    """An environment's value wins over the top level, that over a profile, that over [tool.harness]."""
    tool = '[tool.harness]\nmatch = "status"\n[tool.harness.profiles.smoke]\nmatch = "exact"\n'
    text = 'match = "shape"\n[environments.live]\nmatch = "status"\n'

    assert "shape" == configure().match
    assert "status" == configure(tool=tool).match
    assert "exact" == configure(tool=tool, profile="smoke").match
    assert "shape" == configure(text, tool=tool, profile="smoke").match
    assert "shape" == configure(text, tool=tool, profile="smoke", environment="other").match
    assert "status" == configure(text, tool=tool, profile="smoke", environment="live").match


def test_the_flag_wins(configure: Configure, tmp_path: Path) -> None:
    """What is said on the call wins over both files."""
    configure('match = "status"')

    assert "exact" == settings_for(tmp_path / "apis" / "users.json", None, flags=Flags(match="exact")).match


@pytest.mark.parametrize("table", ["Live", "Live_file", "live", '"LIVE_FILE"'])
def test_an_environment_goes_by_its_name_and_its_file(configure: Configure, table: str) -> None:
    """The table of an environment is found by its name or that of its file, in whatever case."""
    text = f"[environments.{table}]\nprotected = true\n"

    assert configure(text, environment="Live").guard.protected
    assert not configure(text, environment="Lively").guard.protected
    assert not configure(text).guard.protected


def test_protection_only_tightens(configure: Configure) -> None:
    """No layer takes back a protection or adds a host that another does not allow."""
    tool = '[tool.harness]\nprotected = true\nhosts = ["*.example.com"]\n'
    text = 'hosts = ["api.example.com", "a.example.org"]\n[environments.live]\nprotected = false\nhosts = ["*"]\n'

    guard = configure(text, tool=tool, environment="live").guard

    assert guard.protected
    assert ("api.example.com",) == guard.hosts
    assert () == configure('hosts = ["b.example.org"]', tool=tool).guard.hosts
    assert () == configure("hosts = []").guard.hosts


def test_rules_and_literals_add_up(configure: Configure) -> None:
    """Rules of all layers hold, the more general first, each with the schema of its own folder."""
    tool = '[tool.harness]\nliteral = ["a"]\n[[tool.harness.rules]]\nschema = "s.json"\n'
    tool += '[[tool.harness.profiles.smoke.rules]]\nselect = "smoke"\n'
    settings = configure('literal = ["b"]\n[[rules]]\nschema = "s.json"\n', tool=tool, profile="smoke")
    first, second, third = settings.rules

    assert frozenset({"a", "b"}) == settings.literal
    assert first.schema is not None
    assert third.schema == first.schema.parent / "apis" / "s.json"
    assert (("smoke",), "6:1") == (second.select, str(second.location).removeprefix(f"{second.location.file}:"))


@pytest.mark.parametrize(
    ("tool", "profile", "hint"),
    [
        ("[tool.harness.profiles.smoke]", "smok", "did you mean `smoke`?"),
        ("[tool.harness.profiles.smoke]", "full", "write [tool.harness.profiles.full] into pyproject.toml"),
        ("", "full", "write [tool.harness.profiles.full] into pyproject.toml"),
    ],
)
def test_an_unknown_profile(configure: Configure, tool: str, profile: str, hint: str) -> None:
    """A profile that is not there is an error with the nearest name."""
    with pytest.raises(InvalidConfig) as caught:
        configure(tool=tool, profile=profile)

    assert (f"no profile is called `{profile}`", hint) == (caught.value.summary, caught.value.hint)


def test_the_nearest_pyproject_counts(configure: Configure, tmp_path: Path) -> None:
    """The pyproject.toml of a folder nearer to the collection hides those further up."""
    (tmp_path / "apis" / "pyproject.toml").write_text("[tool.other]\nx = 1\n")

    assert not configure(tool="[tool.harness]\nprotected = true\n").guard.protected


def test_a_configuration_that_cannot_be_read_is_no_missing_one(configure: Configure, tmp_path: Path) -> None:
    """Where a file should protect and cannot be read, nothing runs without its protection."""
    (tmp_path / "apis" / "users.harness.toml").symlink_to(tmp_path / "gone.toml")

    with pytest.raises(InvalidConfig, match="no such file"):
        configure()


def test_the_openapi_document_is_relative_to_the_file_that_names_it(tmp_path: Path) -> None:
    """The collection's own file wins over pyproject.toml, the flag over both; only a file's name has a place."""
    folder = tmp_path / "apis"
    folder.mkdir()
    (tmp_path / "pyproject.toml").write_text('[tool.harness]\nopenapi = "all.yaml"\n', "utf-8")
    general = settings_for(folder / "users.json", None)
    (folder / "users.harness.toml").write_text('openapi = "own.yaml"\n', "utf-8")
    own = settings_for(folder / "users.json", None)
    flag = settings_for(folder / "users.json", None, flags=Flags(openapi=Path("flag.yaml")))

    assert [tmp_path / "all.yaml", folder / "own.yaml", Path("flag.yaml")] == [
        each.openapi for each in (general, own, flag)
    ]
    assert general.openapi_location is not None
    assert general.openapi_location.file.endswith("pyproject.toml")
    assert flag.openapi_location is None
