"""What a template's text says of its pulls, without rendering it."""
