#!/bin/sh
# Installs the independent SiLA 2 client that the simulated servers are held against into the folder given as argument.
# Ends with 75 where it cannot be had, which is no failure of ours.
set -eu
folder=$1
if [ -e "$folder/ready-1" ]; then exit 0; fi
fail() { echo "the peer cannot be installed: $1" >&2; exit 75; }
python3 -m venv "$folder" || fail "python3-venv is missing"
timeout 180 "$folder/bin/pip" --quiet --disable-pip-version-check --retries 1 install "sila2==0.14.0" \
    || fail "the package index does not answer, or not within 180 s"
touch "$folder/ready-1"
