"""Where does a request go: hosts, references to other URLs, and texts with placeholders taken apart."""
