"""Wires everything."""
