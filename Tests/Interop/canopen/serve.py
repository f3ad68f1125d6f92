"""A node of python-canopen behind python-can's slcan, for our bus master: serve.py TTY. Says "ready", ends with its input.

It is node 2 and has the objects by which a low-pressure pump is known, and its position is -1234.
"""

import sys

import can
import canopen
from canopen.objectdictionary import ODArray, ODVariable, datatypes

WIDTHS = {1: datatypes.UNSIGNED8, 2: datatypes.UNSIGNED16, 4: datatypes.UNSIGNED32}
OBJECTS = [
    (0x1000, 0, 4, 0x20192), (0x1018, 1, 4, 0xFB), (0x1018, 2, 4, 0x6010001C), (0x1018, 3, 4, 0x20330110),
    (0x2210, 1, 2, 1000), (0x200C, 1, 4, 225), (0x200C, 4, 4, 16), (0x608B, 0, 1, 0xFD), (0x607F, 0, 4, 5000000),
    (0x607D, 1, 4, 0xFFCC8000), (0x607D, 2, 4, 0), (0x6041, 0, 2, 0x0537), (0x6040, 0, 2, 0), (0x6060, 0, 1, 1),
    (0x606C, 0, 4, 0), (0x607A, 0, 4, 0), (0x6064, 0, 4, 0x100000000 - 1234),
]  # fmt: skip

dictionary = canopen.ObjectDictionary()
for index, subindex, width, value in OBJECTS:
    variable = ODVariable(f"{index:04X}:{subindex}", index, subindex)
    variable.data_type, variable.access_type, variable.default = WIDTHS[width], "rw", value
    if subindex == 0:
        dictionary.add_object(variable)
        continue
    if index not in dictionary:
        dictionary.add_object(ODArray(f"{index:04X}", index))
    dictionary[index].add_member(variable)
name = ODVariable("device name", 0x1008)
name.data_type, name.access_type, name.default = datatypes.VISIBLE_STRING, "const", "neMESYS low pressure, played by a peer"
dictionary.add_object(name)

network = canopen.Network(can.Bus(interface="slcan", channel=sys.argv[1], bitrate=1000000))
network.connect()
node = network.create_node(2, dictionary)
print("ready", flush=True)
sys.stdin.read()
print("controlword", node.sdo[0x6040].raw, "target", node.sdo[0x607A].raw, flush=True)
network.disconnect()
