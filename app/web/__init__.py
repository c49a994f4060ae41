"""What people see: pages, the JSON API and live updates."""
