#!/bin/sh
# Installs the independent peers of the potentiostats' drivers and simulators into the folder given as argument: the vendor's
# grammar of scripts (a sub-package that needs no .NET), an independent host program, and, for the bridge to a PalmSens4, the
# vendor's library with its types and a type checker; and a reader of session files, without what else it needs.
# Ends with 75 where they cannot be had, which is no failure of ours.
set -eu
folder=$1
if [ -e "$folder/ready-3" ]; then exit 0; fi
mkdir -p "$folder/vendor"
fail() { echo "the peers cannot be installed: $1" >&2; exit 75; }
python3 -m venv "$folder/venv" || fail "python3-venv is missing"
pip="timeout 180 $folder/venv/bin/pip --quiet --disable-pip-version-check --retries 1"
$pip install "antlr4-python3-runtime==4.13.2" "labmcp-palmsens==0.1.3" || fail "the package index does not answer, or not within 180 s"
$pip download --no-deps --dest "$folder/download" "pypalmsens==2.2.0" || fail "the package index does not answer, or not within 180 s"
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import glob, sys, zipfile
folder = sys.argv[1]
with zipfile.ZipFile(glob.glob(folder + "/download/pypalmsens-*.whl")[0]) as wheel:
    for name in wheel.namelist():
        if name.startswith("pypalmsens/_methodscript/"):
            path = folder + "/vendor/" + name.split("/", 1)[1]
            import os
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(wheel.read(name))
PYTHON
rm -rf "$folder/download"
python3 -m venv "$folder/types" || fail "python3-venv is missing"
timeout 300 "$folder/types/bin/pip" --quiet --disable-pip-version-check --retries 1 install "pypalmsens==2.2.0" \
    "pyright[nodejs]==1.1.414" || fail "the package index does not answer, or not within 300 s"
timeout 180 "$folder/venv/bin/pip" --quiet --disable-pip-version-check --retries 1 install --no-deps \
    --target "$folder/pyimpspec" "pyimpspec==5.1.3" || fail "the package index does not answer, or not within 180 s"
touch "$folder/ready-3"
