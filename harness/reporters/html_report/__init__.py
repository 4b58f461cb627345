"""What does a person see of a run in a browser? One page that needs no network and no other file."""
