"""The secrets of a run, known by value, found in any text whichever way they were written there, and masked."""
