# Targets of a word or two. `make` lists them; each says in its line what it does.

VENV = .venv
LOGS ?= examples/logs
DREAMD = $(VENV)/bin/dreamd --config demo/config.yaml --store demo/memory
# Which of the tests on a network file system to run.
MOUNT ?= tests/mount
# Which of those in a real systemd.
SYSTEMD ?= tests/systemd
# The demonstration keeps to its own folder: no configuration, state or log of yours is read or written.
ALONE = env -u DREAMD_NOW XDG_STATE_HOME="$$(pwd)/demo/state"
# The versions with which tests/clients was written; newer ones are what it is for.
CLIENTS = '@anthropic-ai/claude-code@>=2.1.197' '@openai/codex@>=0.171.0'

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile

dream:  ## install, dream on the example logs, show the memory that comes of it
	@.ci/venv $(VENV)
	@mkdir -p demo
	@$(ALONE) $(VENV)/bin/dreamd --config demo/config.yaml --json init demo/memory --sessions examples/logs >demo/init.json
	@$(ALONE) $(DREAMD) dream
	@echo
	@cat demo/memory/MEMORY.md
	@echo
	@echo "That was $$(pwd)/demo/memory/MEMORY.md, made from the logs in examples/logs. Next, try:"
	@echo "  $(DREAMD) recall 'how do we run the tests'"
	@echo "  $(DREAMD) why ID    # with the last word of a line above, without its ^"
	@echo "  $(VENV)/bin/dreamd init    # a store of your own agents' logs"

check: lint types test  ## lint, types and tests

lint: installed  ## rules of style
	@$(VENV)/bin/python -m ruff check .
	@$(VENV)/bin/python -m ruff format --check .

types: installed  ## static types
	@mkdir -p $(VENV)/types
	@# mypy needs a folder called dreamd, whatever the checkout is called
	@ln -sfn "$$(pwd)" $(VENV)/types/dreamd
	@$(VENV)/bin/python -m mypy -p dreamd
	@$(VENV)/bin/python -m mypy tests bench

test:  ## all tests
	@.ci/venv $(VENV) test
	@$(VENV)/bin/python -m pytest -n 2

crash: installed  ## kill it and let its disk fail at every step, not only at a sample of them (half an hour)
	@$(VENV)/bin/python -m pytest -n 2 -m "not sample" tests/crash tests/integration/test_purge_crash.py

month: installed  ## months of five hosts whose clocks disagree, with power cuts and lost mounts (ten minutes)
	@$(VENV)/bin/python -m pytest -n 2 -m whole tests/month

mount-test: installed  ## two hosts on one store, on a GlusterFS made for it (root, glusterfs-server; some minutes)
	@$(VENV)/bin/python -m pytest -m mount $(MOUNT)

systemd-test: installed  ## services in a real systemd, booted for it (root, debootstrap, systemd-container; some minutes)
	@$(VENV)/bin/python -m pytest -n 2 --dist loadfile -m systemd $(SYSTEMD)

fuzz: installed  ## ten minutes of hostile logs
	@.ci/venv $(VENV) fuzz
	@mkdir -p demo/fuzz
	@$(VENV)/bin/python tests/fuzz/read_logs.py -max_total_time=600 -max_len=20000 -artifact_prefix=demo/ demo/fuzz

bench: installed  ## how fast the logs in LOGS are collected, against decoding them (LOGS=DIR, default the examples)
	@.ci/venv $(VENV) bench
	@$(VENV)/bin/python bench/collect.py $(LOGS)

bench-store: installed  ## how a store's size tells on a run and on the verbs that read (100,000 memories: ten minutes)
	@.ci/venv $(VENV) bench
	@$(VENV)/bin/python bench/store.py

bench-days: installed  ## the logs in LOGS dreamed as the days passed, run by run: what is new, joined, superseded, retired
	@$(VENV)/bin/python bench/days.py $(LOGS)

bench-hook: installed  ## how long an agent waits for a hook, against a bare interpreter
	@$(VENV)/bin/python bench/hook.py

bench-idle: installed  ## what the service costs while it waits, beside two file watchers (half an hour)
	@.ci/venv $(VENV) bench
	@$(VENV)/bin/python bench/idle.py

clients:  ## install Claude Code and Codex into .clients (640 MB), which tests/clients runs offline
	@command -v npm >/dev/null || { echo "found no npm: install Node.js 20 or newer, which brings it" >&2; exit 1; }
	@mkdir -p .clients
	@npm install --prefix .clients --no-audit --no-fund --loglevel=error $(CLIENTS)

docs: installed  ## write the generated parts of the documentation anew
	@$(VENV)/bin/dreamd config example >config.example.yaml
	@$(VENV)/bin/dreamd config reference >docs/configuration.md
	@$(VENV)/bin/python docs/terminal.py

clean:  ## remove the demonstration and what was built; the environment stays
	@rm -rf demo build dist *.egg-info

installed:
	@.ci/venv $(VENV) test check

.PHONY: help dream check lint types test crash month mount-test systemd-test fuzz bench bench-store bench-days bench-idle bench-hook clients docs clean installed
