"""A template tried against what a run has stored, before anything is deployed."""
