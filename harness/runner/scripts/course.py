"""In which order do the items of one iteration run, where scripts choose the next one?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from harness.collection.model import Item
from harness.errors import did_you_mean

__all__ = ["Course", "Jump"]

Jump = tuple[Any, str]
"""What a script named as the next request, None for nothing more, and which script did."""


class Course:
    """The way through the items of one iteration; whoever runs them says after each what its scripts chose."""

    def __init__(self, items: Sequence[Item], find: Callable[[Any], Item | None], max_jumps: int) -> None:
        self.place = 0
        """The place of the item that is next; beyond the last when the iteration is over."""
        self.reason = ""
        """Why items that do not come to their turn are skipped."""
        self.notes: tuple[str, ...] = ()
        """What a person should know of the last jump."""
        self._items = items
        self._find = find
        self._max_jumps = max_jumps
        self._jumps = 0
        self._times: dict[Item, int] = {}

    @property
    def next(self) -> Item | None:
        """The item whose turn it is; None when the iteration is over."""
        return self._items[self.place] if self.place < len(self._items) else None

    @property
    def too_often(self) -> bool:
        """Whether scripts have jumped more often than they may."""
        return self._jumps > self._max_jumps

    def times(self, item: Item) -> int:
        """Return how often an item has run."""
        return self._times.get(item, 0)

    def place_of(self, item: Item) -> int:
        """Return the place of an item; beyond the last for one that was not selected."""
        return next((place for place, each in enumerate(self._items) if each is item), len(self._items))

    def reach(self, item: Item) -> bool:
        """Return whether it is an item's turn where items are offered in their order; a jump leads past some."""
        place = self.place_of(item)
        if self.place > place:
            return False
        self.place = place
        return True

    def go_back_to(self, item: Item) -> None:
        """Make it an item's turn once more, for whoever runs it anew."""
        self.place = self.place_of(item)

    def go_on(self, item: Item, jump: Jump | None) -> str | None:
        """Take the next place after an item has run, and return the node id that its scripts chose, if they did.

        It is empty where the iteration ends. Raises `LookupError` for a name that no item has and when scripts have
        jumped too often; then the iteration is over.
        """
        self._times[item] = self.times(item) + 1
        self.notes = ()
        if jump is None:
            self.place = self.place_of(item) + 1
            return None
        name, script = jump
        self.reason = f"{script} went on with {name if name is not None else 'nothing more'} (setNextRequest)"
        found = self._find(name) if name is not None else None
        self.place = self.place_of(found) if found is not None else len(self._items)
        self._jumps += 1
        if self.too_often:
            self.place = len(self._items)
            raise LookupError(f"scripts jumped more than {self._max_jumps:,} times in one iteration (--max-jumps)")
        if name is not None and found is None:
            near = did_you_mean(str(name), [each.name for each in self._items])
            raise LookupError(f"{script} went on with `{name}`, which is no request" + (f"; {near}" if near else ""))
        if self.place == len(self._items):
            return ""
        self.notes = tuple(self._doubled(name, self._items[self.place]))
        return self._items[self.place].node_id

    def _doubled(self, name: Any, found: Item) -> Iterator[str]:
        """Yield a note where a name that several items have led to the last of them, as in Postman."""
        same = sum(item.name == name for item in self._items)
        if same > 1 and found.id != name:
            where = f"the last, {found.node_id}, is next (setNextRequest), as in Postman"
            yield f"{same} requests are called `{name}`: {where}"

    def left(self) -> Iterator[Item]:
        """Yield the items that have not run."""
        return (item for item in self._items if item not in self._times)
