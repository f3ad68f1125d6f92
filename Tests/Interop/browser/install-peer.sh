#!/bin/sh
# Installs Playwright, which drives Debian's Chromium, and axe-core, which looks for what keeps people out, into the
# folder given as argument. Ends with 75 where they cannot be had, which is no failure of ours.
set -eu
folder=$1
if [ -e "$folder/ready-1" ]; then exit 0; fi
mkdir -p "$folder"
fail() { echo "the browser's driver cannot be installed: $1" >&2; exit 75; }
command -v chromium >/dev/null || fail "Debian's package chromium is missing"
python3 -m venv "$folder/venv" || fail "python3-venv is missing"
timeout 300 "$folder/venv/bin/pip" --quiet --disable-pip-version-check --retries 1 install \
    "playwright==1.65.2" "axe-playwright-python==0.1.8" || fail "the package index does not answer"
touch "$folder/ready-1"
