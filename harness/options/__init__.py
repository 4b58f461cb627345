"""The options of a call: the one table of them, and what they come to for a run."""
