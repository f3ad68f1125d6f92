#!/bin/sh
# Installs independent peers of devices that are driven by their profiles into the folder given as argument: a simulated
# JULABO circulator (lewis), a simulated Sartorius balance (labmcp-sartorius) and a client of Huber baths (huber).
# Ends with 75 where they cannot be had, which is no failure of ours.
set -eu
folder=$1
if [ -e "$folder/ready-1" ]; then exit 0; fi
fail() { echo "the peers cannot be installed: $1" >&2; exit 75; }
python3 -m venv "$folder/venv" || fail "python3-venv is missing"
pip="timeout 180 $folder/venv/bin/pip --quiet --disable-pip-version-check --retries 1"
$pip install "lewis==1.4.0" "labmcp-sartorius==0.1.2" "huber==0.9.0" || fail "the package index does not answer, or not within 180 s"
touch "$folder/ready-1"
