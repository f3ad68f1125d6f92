"""pymodbus' client against our server: ask.py tcp HOST PORT | ask.py rtu TTY. Prints "ok" and how many checks there were.

The unit is 1. Its tables have 100 entries: registers hold 256 + address, coils are set at multiples of 3, discrete inputs at
multiples of 5.
"""

import random
import sys

from pymodbus.client import ModbusSerialClient, ModbusTcpClient

if sys.argv[1] == "tcp":
    client = ModbusTcpClient(sys.argv[2], port=int(sys.argv[3]), timeout=5)
else:
    client = ModbusSerialClient(sys.argv[2], baudrate=115200, timeout=5)
assert client.connect()
checks = 0


def check(found, expected):
    global checks
    checks += 1
    if found != expected:
        sys.exit(f"check {checks}: {found} instead of {expected}")


registers = [256 + address for address in range(100)]
coils = [address % 3 == 0 for address in range(100)]
inputs = [address % 5 == 0 for address in range(100)]
chance = random.Random(77)
for _ in range(40):
    address = chance.randrange(90)
    count = chance.randrange(1, 101 - address)
    end = address + count
    check(client.read_holding_registers(address, count=count).registers, registers[address:end])
    check(client.read_input_registers(address, count=count).registers, [256 + a for a in range(address, end)])
    check(client.read_coils(address, count=count).bits[:count], coils[address:end])
    check(client.read_discrete_inputs(address, count=count).bits[:count], inputs[address:end])
    values = [chance.randrange(65536) for _ in range(min(count, 100 - address))]
    registers[address:end] = values
    check(client.write_registers(address, values).isError(), False)
    bits = [chance.random() < 0.5 for _ in range(count)]
    coils[address:end] = bits
    check(client.write_coils(address, bits).isError(), False)
    registers[address] = chance.randrange(65536)
    check(client.write_register(address, registers[address]).registers, [registers[address]])
    coils[address] = not coils[address]
    check(client.write_coil(address, coils[address]).isError(), False)
    mask, bits = chance.randrange(65536), chance.randrange(65536)
    registers[address] = registers[address] & mask | bits & ~mask
    check(client.mask_write_register(address=address, and_mask=mask, or_mask=bits).isError(), False)
    registers[address] = chance.randrange(65536)
    answer = client.readwrite_registers(
        read_address=address, read_count=count, write_address=address, values=[registers[address]]
    )
    check(answer.registers, registers[address:end])
check(client.read_holding_registers(100, count=1).exception_code, 2)
check(client.read_holding_registers(99, count=2).exception_code, 2)
check(client.report_device_id().exception_code, 1)
client.close()
print("ok", checks)
