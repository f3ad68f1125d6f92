#!/bin/sh
# Makes the Python environment for check_sila.py under .tools/ (ignored by git). Does nothing if it is there already.
set -eu
root=$(cd "$(dirname "$0")/../../.." && pwd)
venv=$root/.tools/sila-venv
if [ -x "$venv/bin/python" ] && "$venv/bin/python" -c 'import sila2' 2>/dev/null; then
    exit 0
fi
mkdir -p "$root/.tools"
python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check --timeout 15 --retries 1 \
    --requirement "$(dirname "$0")/requirements.txt"
