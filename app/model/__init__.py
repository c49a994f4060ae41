"""The words every stop speaks: frozen values, no logic but invariants."""
