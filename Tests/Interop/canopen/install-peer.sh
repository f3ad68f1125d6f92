#!/bin/sh
# Installs python-canopen and python-can, an independent CANopen master and node, into the folder given as argument.
# Ends with 75 where it cannot be had, which is no failure of ours.
set -eu
folder=$1
if [ -e "$folder/ready-1" ]; then exit 0; fi
mkdir -p "$folder"
fail() { echo "the peer cannot be installed: $1" >&2; exit 75; }
python3 -m venv "$folder/venv" || fail "python3-venv is missing"
timeout 180 "$folder/venv/bin/pip" --quiet --disable-pip-version-check --retries 1 install \
    "canopen==2.4.1" "python-can==4.6.1" "pyserial==3.5" \
    || fail "the package index does not answer, or not within 180 s"
touch "$folder/ready-1"
