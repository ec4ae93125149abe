# One command to run the site, one to test it. “make help” lists all.
#
# make run reads PORT, DATABASE_URL, CONTENT_DIR and DATA_DIR from the environment.
# PYTHON=/path/to/python3 chooses the Python that .venv is made from.

PYTHON =
PYTHONS = $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11
BIN = .venv/bin
# The tests have a data folder of their own, and no settings of the site you run.
TEST = unset DATABASE_URL SECRET_KEY DEBUG HTTPS ALLOWED_HOSTS CONTENT_DIR PORT EMAIL_HOST; \
	DATA_DIR=.data/test; export DATA_DIR;

.PHONY: help run test test-soak lint bench clean venv embedded dev chromium

help:
	@echo "make run     run the site on http://127.0.0.1:8000/ (PORT=8001 make run for another port)"
	@echo "make test    check style and types, then run every test"
	@echo "make test-soak   the review desk under many hands for a minute, and 100 kills; some minutes"
	@echo "make lint    check style, types, templates and the direction of imports"
	@echo "make bench   measure how long publishing and claiming take"
	@echo "make clean   remove what can be made again; the database and the secrets stay"

run: embedded
	@HTTPS=$${HTTPS:-False} $(BIN)/python manage.py run

test: dev chromium
	@$(MAKE) --no-print-directory lint
	@$(TEST) $(BIN)/python -m pytest

test-soak: dev
	@$(TEST) SOAK_SECONDS=60 KILLS=100 $(BIN)/python -m pytest tests/faults tests/projects/test_scale.py

lint: dev
	$(BIN)/python -m ruff check
	$(BIN)/python -m ruff format --check
	@$(TEST) set -x; $(BIN)/python -m mypy
	find templates -name '*.html' -exec $(BIN)/djade --check --target-version 5.2 {} +
	$(BIN)/python -m djhtml --check --tabwidth 2 templates
	@$(TEST) set -x; $(BIN)/python -c 'from importlinter.cli import lint_imports_command as lint; lint()'

bench: embedded
	@$(BIN)/python manage.py bench content
	@$(BIN)/python manage.py bench desk

clean:
	rm -rf .venv .data/test .data/static .data/static.stamp
	rm -rf .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The virtual environment, made again if its Python went away or was replaced.
venv:
	@$(BIN)/python -c "import pip" 2>/dev/null && exit 0; \
	python=; \
	for name in $(PYTHONS); do \
		right='import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))'; \
		if $$name -c "$$right" 2>/dev/null; then python=$$name; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
		echo "Skill Guide needs Python 3.11 to 3.14, and this machine has" \
			"$$(python3 --version 2>/dev/null || echo none). Install one of these, or name it:" \
			"make PYTHON=/path/to/python3 run" >&2; \
		exit 1; \
	fi; \
	if ! $$python -c 'import ensurepip, venv' 2>/dev/null; then \
		package=$$($$python -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'); \
		echo "$$python cannot make virtual environments. Install what it lacks; on Debian and" \
			"Ubuntu that is: apt-get install $$package" >&2; \
		exit 1; \
	fi; \
	echo "Making a virtual environment in .venv …"; \
	$$python -m venv --clear .venv || { \
		echo "The virtual environment could not be made; the lines above say why." >&2; exit 1; }

# Packages are installed when their list has changed. The one for tests holds the other.
embedded dev: venv
	@list="$$(cksum < requirements-$@.txt)"; \
	if [ "$$(cat .venv/$@.installed 2>/dev/null)" = "$$list" ]; then exit 0; fi; \
	echo "Installing the packages of requirements-$@.txt …"; \
	$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes \
		-r requirements-$@.txt || { \
		echo "The packages could not be installed; the lines above say why." >&2; exit 1; }; \
	echo "$$list" > .venv/$@.installed; \
	if [ $@ = dev ]; then cksum < requirements-embedded.txt > .venv/embedded.installed; fi

# The browser tests drive the Chromium of the machine.
chromium:
	@for name in chromium chromium-browser; do \
		if command -v $$name >/dev/null 2>&1; then exit 0; fi; \
	done; \
	if ! command -v apt-get >/dev/null 2>&1; then \
		echo "The browser tests need Chromium. Install the package “chromium” of your system." >&2; \
		exit 1; \
	fi; \
	if [ "$$(id -u)" = 0 ]; then sudo=; elif sudo -n true 2>/dev/null; then sudo=sudo; else \
		echo "The browser tests need Chromium. Install it: apt-get install chromium" >&2; \
		exit 1; \
	fi; \
	echo "Installing Chromium …"; \
	{ $$sudo apt-get update && $$sudo apt-get install --yes chromium; } >/dev/null || { \
		echo "Chromium could not be installed; the lines above say why." >&2; exit 1; }
