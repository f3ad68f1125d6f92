"""Prints frequency, Z' and Z'' of a session file as pyimpspec's own reader finds them: read_pssession.py FOLDER FILE.

FOLDER holds pyimpspec without what it depends on, of which its reader needs nothing but two ways to hand its columns over.
"""

import importlib.util
import sys
import types
from pathlib import Path

folder, file = Path(sys.argv[1]), Path(sys.argv[2])
formats = folder / "pyimpspec" / "data" / "formats"


def module(name: str, **members: object) -> None:
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__dict__.update(members)


def load(name: str, path: Path) -> types.ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[name] = loaded
    spec.loader.exec_module(loaded)
    return loaded


class DataFrame:
    @staticmethod
    def from_dict(columns: dict) -> dict:
        return columns


for package in ("pyimpspec", "pyimpspec.data", "pyimpspec.data.formats", "pyimpspec.typing"):
    module(package, __path__=[])
module("pandas", DataFrame=DataFrame)
module("pyimpspec.data.data_set", DataSet=dict, dataframe_to_data_sets=lambda frame, path, label: [frame])
module("pyimpspec.exceptions", UnsupportedFileFormat=ValueError)
module("pyimpspec.typing.helpers", Dict=dict, IO=object, List=list, Path=Path, Union=__import__("typing").Union)
module("pyimpspec.data.formats.helpers", _validate_path=lambda path: None)
reader = load("pyimpspec.data.formats.pssession", formats / "pssession.py")

for spectrum in reader.parse_pssession(file):
    for row in zip(spectrum["frequency"], spectrum["real"], spectrum["imaginary"], strict=True):
        print(*(repr(float(number)) for number in row))
