"""A run and its flows as cards, ports and edges, and where they stand on the page.

material (what a run's graph is made from) → build (cards, rows, edges) → place (ELK) → the page.
"""
