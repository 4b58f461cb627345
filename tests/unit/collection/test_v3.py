"""Are folders of YAML files found and read, and is a hostile one kept within its bounds?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from harness.collection.find import find_collections
from harness.collection.load import load_collection
from harness.errors import InvalidCollection

Tree = Callable[[Mapping[str, str]], Path]


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """Return a function that writes files by their path and returns the folder."""

    def write(files: Mapping[str, str]) -> Path:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path

    return write


def test_collections_are_found_below_a_folder(tree: Tree) -> None:
    """A folder with a definition or a request is a collection, its own folders are not; files of v2 come with them."""
    root = tree(
        {
            "postman/collections/A/.resources/definition.yaml": "$kind: collection",
            "postman/collections/A/F/x.request.yaml": "url: h",
            "postman/collections/B/x.request.yml": "url: h",
            "postman/collections/C/F/x.request.yaml": "url: h",
            "other/x.yaml": "url: h",
            "c.postman_collection.json": "{}",
            ".hidden/D/x.request.yaml": "url: h",
        }
    )
    names = ["c.postman_collection.json", *(f"postman/collections/{name}" for name in "ABC")]

    assert [root / name for name in names] == find_collections([str(root)])
    assert [root / names[1]] == find_collections([str(root / names[1])])
    assert [root / name for name in names[1:]] == find_collections([str(root / "postman" / "c*")])


def test_names_are_those_of_the_files_unless_given(tree: Tree) -> None:
    """Without a `name` a file's or folder's own counts; siblings follow their `order`, then their names."""
    root = tree(
        {
            "b.request.yaml": "url: h\norder: 2",
            "a.request.yaml": "url: h\norder: 10",
            "F/.resources/definition.yaml": "name: 'F: one'\norder: 5.5",
            "F/x.request.yaml": "name: x/y\nurl: h",
            "G/y.request.yaml": "url: h",
            "c.request.yaml": "url: h",
        }
    )
    collection = load_collection(root)

    assert root.name == collection.name
    assert ["b", "F: one::x/y", "a", "G::y", "c"] == [item.node_id for item in collection.walk()]


def test_places_stand_in_the_files_of_the_folder(tree: Tree) -> None:
    """Every part of a request and example knows its own file, line and column."""
    root = tree(
        {
            "x.request.yaml": "method: GET\nurl: '{{base}}/a'\nheaders:\n  A: '{{b}}'\n",
            ".resources/x.resources/examples/e.example.yaml":
                "response:\n  statusCode: 200\n  body:\n    content: |-\n      {}\n    $type: '{}'\n",
        }
    )  # fmt: skip
    item = next(load_collection(root).walk())
    example = item.examples[0]
    request, saved = root / "x.request.yaml", root / ".resources/x.resources/examples/e.example.yaml"

    assert f"{request}:2:7" == str(item.request.url.location.within(0, 8))
    assert f"{request}:4:7" == str(item.request.headers[0].location.child("value").within(0, 5))
    assert f"{request}:4:3" == str(item.request.headers[0].location.child("key"))
    assert f"{saved}:5:7" == str(example.location.child("body").within(0, 2))
    assert f"{saved}:2:15" == str(example.location.child("code"))
    assert f"{saved}:6:12" == str(example.location.child("$type"))
    assert "$.response.body.content" == example.location.child("body").json_path


def test_links_out_of_the_collection_are_not_followed(tree: Tree) -> None:
    """A linked folder is passed over, a linked file from elsewhere is a fault."""
    root = tree({"C/a.request.yaml": "url: h", "secret.yaml": "url: h", "D/b.request.yaml": "url: h"})
    (root / "C" / "up").symlink_to(root / "D")
    (root / "C" / "round").symlink_to(root / "C")

    assert ["a"] == [item.name for item in load_collection(root / "C").walk()]

    (root / "C" / "b.request.yaml").symlink_to(root / "secret.yaml")

    a, b = load_collection(root / "C").walk()

    assert () == a.faults
    assert [("a link that leads out of the collection", str(root / "C" / "b.request.yaml"))] == [
        (fault.summary, fault.location and fault.location.file) for fault in b.faults
    ]


def test_folders_nest_within_bounds(tree: Tree) -> None:
    """A folder nested deeper than anybody nests cannot be asked, and what stands beside it can."""
    root = tree({f"{'f/' * 210}x.request.yaml": "url: h", "y.request.yaml": "url: h"})
    found = {item.node_id: [fault.summary for fault in item.faults] for item in load_collection(root).walk()}

    assert {"::".join("f" * 201): ["folders are nested more than 200 deep"], "y": []} == found


def test_a_broken_file_is_the_fault_of_its_request(tree: Tree) -> None:
    """A request or example that is no YAML keeps its request from being asked, a definition all below it."""
    root = tree({
        "a.request.yaml": "url: [", "b.request.yaml": "url: h", "c.request.yaml": "url: h",
        "F/d.request.yaml": "url: h",
        ".resources/c.resources/examples/e.example.yaml": "*x", "F/.resources/definition.yaml": "- 1",
    })  # fmt: skip
    found = {
        item.node_id: [fault.location and Path(fault.location.file).name for fault in item.faults]
        for item in load_collection(root).walk()
    }

    assert {
        "a": ["a.request.yaml"],
        "b": [],
        "c": ["e.example.yaml"],
        "F::d": ["definition.yaml"],
    } == found


@pytest.mark.parametrize(
    ("name", "text", "words", "hint"),
    [
        ("a.request.yaml", "$kind: http-request\nurl: h", "one request of a v3 collection", "--folder"),
        ("definition.yaml", "$kind: collection", "the definition of a v3 collection or folder", "--folder"),
        ("a.example.yaml", "$kind: http-example", "one example of a v3 collection", "--folder"),
        ("api.yaml", "openapi: 3.1.0\ninfo: {title: x}", "an OpenAPI document", "import it"),
        ("api.yml", "swagger: '2.0'", "an OpenAPI (Swagger) document", "import it"),
        ("staging.environment.yaml", "name: a\nvalues: []", "a Postman environment or globals file", "-e"),
        ("empty.yaml", "", "YAML", "is a folder"),
    ],
)
def test_other_yaml_is_named(tree: Tree, name: str, text: str, words: str, hint: str) -> None:
    """A YAML file is never a collection by itself; what it is and what to do is told."""
    path = tree({name: text}) / name
    with pytest.raises(InvalidCollection) as caught:
        load_collection(path)

    assert f"not a Postman collection: this looks like {words}" == caught.value.summary
    assert caught.value.hint is not None
    assert hint in caught.value.hint


def test_a_folder_without_requests_is_told(tmp_path: Path) -> None:
    """A folder that holds no collection is refused in words."""
    with pytest.raises(InvalidCollection, match="no collection in the folder"):
        load_collection(tmp_path)


def test_a_folder_of_a_collection_is_told(tree: Tree) -> None:
    """A folder within a collection loads, with a warning that it lacks what stands above it."""
    root = tree({"C/.resources/definition.yaml": "$kind: collection", "C/F/x.request.yaml": "url: h"})

    assert () == load_collection(root / "C").problems
    assert ["a folder of the collection “C”"] == [
        problem.summary.partition("this is ")[2].partition(",")[0] for problem in load_collection(root / "C/F").problems
    ]
