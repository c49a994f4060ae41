"""What each kind of problem means and how it is mended, one module per subject: data, no logic."""
