"""python-canopen, over python-can's slcan, against our simulated drive: ask.py TTY. Prints "ok" and how many checks there were.

The drive is node 2, an EPOS2 with a 10 mL syringe at 5 mL; its plunger is blocked below 4 mL.
"""

import sys
import threading
import time

import can
import canopen
from canopen.sdo.exceptions import SdoAbortedError

COUNTS_PER_ML = 60 * 56250 / 10
checks = 0


def check(found, expected, tolerance=0):
    global checks
    checks += 1
    if abs(found - expected) > tolerance if tolerance else found != expected:
        sys.exit(f"check {checks}: {found!r} instead of {expected!r}")


def read(index, subindex=0, signed=False):
    return int.from_bytes(node.sdo.upload(index, subindex), "little", signed=signed)


def write(index, subindex, value, size):
    node.sdo.download(index, subindex, value.to_bytes(size, "little", signed=value < 0))


def abort_code(action):
    try:
        action()
    except SdoAbortedError as error:
        return error.code
    return 0


def wait(condition):
    end = time.monotonic() + 10
    while not condition():
        if time.monotonic() > end:
            sys.exit(f"check {checks + 1}: nothing within 10 s, statusword {read(0x6041):#x}")


network = canopen.Network(can.Bus(interface="slcan", channel=sys.argv[1], bitrate=1000000))
network.connect()
node = network.add_node(2, canopen.ObjectDictionary())
node.sdo.RESPONSE_TIMEOUT = 2

check(node.sdo.upload(0x1008, 0), b"EPOS2")
check(read(0x1000), 0x00020192)
check(read(0x1018, 1), 0xFB)
check(read(0x1018, 2), 0x6010001C)
check(4 * read(0x2210, 1) * read(0x200C, 1) / read(0x200C, 4), 56250)
check(abort_code(lambda: node.sdo.upload(0x5555, 0)), 0x06020000)
check(abort_code(lambda: node.sdo.upload(0x1018, 9)), 0x06090011)
check(abort_code(lambda: write(0x6041, 0, 1, 2)), 0x06010002)
check(abort_code(lambda: write(0x6040, 0, 6, 4)), 0x06070010)
check(abort_code(lambda: write(0x6060, 0, 99, 1)), 0x06090030)

for value in (1, 200000, 0x7FFFFFFF, 0):
    write(0x6083, 0, value, 4)
    check(read(0x6083), value)
for value in (-675000, 0, 1, -1, -(2**31)):
    write(0x607A, 0, value, 4)
    check(read(0x607A, signed=True), value)

# Listened for before it is asked for: the drive may be quicker than the next line.
booted = threading.Event()
node.nmt.add_heartbeat_callback(lambda state: booted.set() if state == 0 else None)
network.nmt.state = "RESET"
if not booted.wait(10):
    sys.exit(f"check {checks + 1}: no boot-up message")
check(read(0x6041) & 0x417F, 0x0140)
write(0x1017, 0, 200, 2)
check(node.nmt.wait_for_heartbeat(5), "PRE-OPERATIONAL")
node.nmt.state = "OPERATIONAL"
for _ in range(5):
    state = node.nmt.wait_for_heartbeat(5)
    if state == "OPERATIONAL":
        break
check(state, "OPERATIONAL")

for word, state in ((0x06, 0x0121), (0x07, 0x0123), (0x0F, 0x0137)):
    write(0x6040, 0, word, 2)
    check(read(0x6041) & 0x417F, state)

write(0x6060, 0, 1, 1)
check(read(0x6061), 1)
write(0x6081, 0, 5_000_000, 4)
target = -round(4.5 * COUNTS_PER_ML)
write(0x607A, 0, target, 4)
write(0x6040, 0, 0x3F, 2)
check(read(0x6041) >> 12 & 1, 1)
write(0x6040, 0, 0x0F, 2)
wait(lambda: read(0x6041) & 0x1400 == 0x0400)
check(read(0x6064, signed=True), target, 2)
check(read(0x606C, signed=True), 0, 15_000)

node.emcy.reset()
write(0x607A, 0, -round(COUNTS_PER_ML), 4)
write(0x6040, 0, 0x3F, 2)
wait(lambda: node.emcy.log)
check(node.emcy.log[-1].code, 0x8611)
check(read(0x6041) & 0x417F, 0x0108)
check(read(0x1003, 1) & 0xFFFF, 0x8611)
write(0x6040, 0, 0x00, 2)
write(0x6040, 0, 0x80, 2)
check(read(0x6041) & 0x417F, 0x0140)
network.disconnect()
print("ok", checks)
