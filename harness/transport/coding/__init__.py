"""Content codings undone, each whole and never more than a bounded piece at a time."""
