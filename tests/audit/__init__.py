"""Known vulnerabilities of what we require, as pip-audit tells them; a part of `make check`."""
