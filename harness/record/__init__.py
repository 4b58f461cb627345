"""What a run tells, written down once: events and item records, plain, placed and without secrets."""
