"""When to refresh."""
