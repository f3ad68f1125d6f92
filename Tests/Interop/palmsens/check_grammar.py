"""Reads scripts with the vendor's grammar. Arguments: the folder with the grammar, then the scripts.

Prints one line for each script, `ok NAME` or `refused NAME: REASON`, and ends with the number of those refused.
"""

import pathlib
import sys

sys.path.insert(0, sys.argv[1])
from _methodscript.validate import validate  # noqa: E402

refused = 0
for name in sys.argv[2:]:
    try:
        validate(pathlib.Path(name).read_text(encoding="ascii"))
        print("ok", name)
    except SyntaxError as error:
        refused += 1
        print("refused", name + ":", str(error).replace("\n", "; "))
sys.exit(refused)
