"""A run and its flows as cards, ports and edges, and where they stand on the page."""
