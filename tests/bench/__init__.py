"""How fast the engine reads sources and analyses runs; `make bench` runs it."""
