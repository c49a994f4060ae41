"""New and returned problems told to webhooks, at least once each."""
