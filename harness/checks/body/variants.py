"""Are the objects at one place of several kinds, each with keys of its own?

A key that only some objects have is optional, as a rule. It is more than that where the objects are alternatives: told
apart by a member such as `type`, or by having next to no key in common.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["best_variant", "find_variants"]

_TAG_WORDS = """
type kind object event event_type eventType action category resource resource_type resourceType _type @type __typename
class shape node_type nodeType method op operation entity discriminator
"""
_TAGS = frozenset(_TAG_WORDS.split())
_MOST_VARIANTS = 30
_SHARED_AT_MOST = 0.3
"""The part of the smaller key set that two alternatives without a tag may have in common."""

Object = dict[str, Any]
Groups = dict[str, list[Object]]


def find_variants(objects: Sequence[Object]) -> tuple[str | None, Groups] | None:
    """Return the alternatives that `objects` are, and the key that tells them apart (None: their keys do)."""
    common = set(objects[0]).intersection(*objects[1:])
    for tag in objects[0]:
        if tag in _TAGS and tag in common:
            groups = _by_tag(objects, tag)
            if groups is not None:
                return tag, groups
    groups = _by_keys(objects)
    return None if groups is None else (None, groups)


def best_variant(variants: Mapping[str, Any], keys: set[str]) -> Any:
    """Return the alternative that shares most with an object of these keys; of several the one that lacks least."""
    return max(
        variants.values(),
        key=lambda each: (len(keys & each.members.keys()), -len(each.required - keys)),
    )


def _by_tag(objects: Sequence[Object], tag: str) -> Groups | None:
    groups: Groups = {}
    for each in objects:
        word = each[tag]
        if not isinstance(word, str) or len(word) > 64:
            return None
        groups.setdefault(word, []).append(each)
    if not 2 <= len(groups) <= _MOST_VARIANTS:
        return None
    return groups if _have_own_keys([set(group[0]).intersection(*group[1:]) for group in groups.values()]) else None


def _have_own_keys(key_sets: list[set[str]]) -> bool:
    """Return whether each of some two sets has a key that the other lacks: then neither is the other with options."""
    return any(one - other and other - one for one in key_sets for other in key_sets)


def _by_keys(objects: Sequence[Object]) -> Groups | None:
    distinct = {frozenset(each) for each in objects}
    if len(distinct) > _MOST_VARIANTS:
        return None
    clusters: list[set[str]] = []
    for keys in sorted(distinct, key=len, reverse=True):
        near = [cluster for cluster in clusters if _alike(cluster, keys)]
        clusters = [cluster for cluster in clusters if cluster not in near]
        clusters.append(set(keys).union(*near))
    if len(clusters) < 2 or any(len(cluster) < 2 for cluster in clusters):
        return None
    groups: Groups = {str(number): [] for number in range(len(clusters))}
    for each in objects:
        number = next(number for number, cluster in enumerate(clusters) if each.keys() <= cluster)
        groups[str(number)].append(each)
    return groups


def _alike(one: set[str], other: frozenset[str]) -> bool:
    return len(one & other) > _SHARED_AT_MOST * min(len(one), len(other))
