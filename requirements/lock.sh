#!/bin/sh
# Resolve pyproject.toml into the lock files, for every platform and Python from 3.11 on. The files name no
# package index: pip asks whichever one this machine is set up with.
set -eu
uv=$1
lock() {
	out=$1
	shift
	env -u UV_DEFAULT_INDEX -u UV_INDEX_URL "$uv" pip compile -q --universal --generate-hashes --no-header \
		--python-version 3.11 pyproject.toml "$@" -o "requirements/$out.lock"
}
lock sandbox --extra sandbox
lock serve --extra postgres -c requirements/sandbox.lock
lock dev --extra sandbox --extra postgres --group dev -c requirements/sandbox.lock
lock bench --extra sandbox --extra postgres --group dev --group bench -c requirements/dev.lock
lock e2e --extra sandbox --extra postgres --group dev --group e2e -c requirements/dev.lock
