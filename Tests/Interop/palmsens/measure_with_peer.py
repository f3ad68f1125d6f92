"""Drives an instrument with an independent host program. Arguments: the address of its line, then a file with a script.

Prints one JSON object: who the instrument is, what it measured, and what it answers to an abort and to a wrong script.
"""

import json
import math
import pathlib
import sys

from labmcp import InstrumentError
from labmcp.transports import open_transport
from labmcp_palmsens.driver import MethodScriptDevice

transport = open_transport(
    sys.argv[1], baudrate=230400, xonxoff=True, read_termination="\n", write_termination="\n", timeout=2.0
)
device = MethodScriptDevice(transport)
identity = device.identify()
script = pathlib.Path(sys.argv[2]).read_text(encoding="ascii").splitlines()
result = device.execute(script, timeout_s=60)
try:
    device.execute(["cell_on", "bogus x"], timeout_s=5)
    refusal = ""
except InstrumentError as error:
    refusal = str(error)
abort = device.abort()
failed = device.execute(["cell_on", "set_e 9", "on_finished:", "cell_off"], timeout_s=5)
sweep = device.execute(
    [
        "var p", "var c", "set_range ba 10m", "cell_on", "meas_loop_lsv p c -100m 100m 50m 1", "pck_start", "pck_add p",
        "pck_add c", "pck_end", "endloop", "on_finished:", "cell_off",
    ],
    timeout_s=30,
)
device.close()


def values(packets):
    return [
        {v.type: {"value": v.value if math.isfinite(v.value) else None, "status": v.status, "range": v.range} for v in package}
        for _, package in packets
    ]


print(
    json.dumps(
        {
            "identity": identity, "points": values(result.packets), "texts": result.texts, "error": result.error,
            "malformed": result.malformed, "refusal": refusal, "abort": abort, "failure": failed.error,
            "cellOffAfterFailure": failed.cell_off_sent, "sweep": values(sweep.packets),
        }
    )
)
