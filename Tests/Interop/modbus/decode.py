"""What pymodbus' framers and decoders make of frames: one line each of `rtu|tcp request|response HEX` on standard input.

Prints `UNIT TRANSACTION HEX` with the PDU as pymodbus writes it again, or `-` where it takes none.
"""

import logging
import sys

from pymodbus.framer import FramerRTU, FramerSocket
from pymodbus.pdu import DecodePDU

logging.disable(logging.CRITICAL)  # its complaints are not what is asked for
FRAMERS = {
    (wire, role): framer(DecodePDU(role == "request"))
    for wire, framer in (("rtu", FramerRTU), ("tcp", FramerSocket))
    for role in ("request", "response")
}


def judge(wire, role, frame):
    framer = FRAMERS[wire, role]
    used, unit, transaction, pdu = framer.decode(frame)
    if not pdu or used != len(frame):
        return "-"
    message = framer.decoder.decode(pdu)
    if message is None:
        return "-"
    code = message.function_code.to_bytes(1, "big")
    return f"{unit} {transaction} {(code + message.encode()).hex()}"


for line in sys.stdin:
    wire, role, digits = line.split()
    try:
        print(judge(wire, role, bytes.fromhex(digits)))
    except Exception:  # whatever it stumbles over, it takes none
        print("-")
