"""pymodbus' server with units 1 and 2: serve.py tcp | serve.py rtu TTY. Prints its port or "ready", ends with its input.

Each table has 200 entries: registers hold unit * 1000 + address, bits are set where (address + unit) % 3 is 0.
"""

import asyncio
import socket
import sys
import threading

from pymodbus.datastore import ModbusDeviceContext, ModbusSequentialDataBlock, ModbusServerContext
from pymodbus.server import ModbusSerialServer, ModbusTcpServer


def unit(number):
    # A data block's first address is one higher than on the wire.
    registers = [number * 1000 + address for address in range(200)]
    bits = [(address + number) % 3 == 0 for address in range(200)]
    return ModbusDeviceContext(
        di=ModbusSequentialDataBlock(1, list(bits)),
        co=ModbusSequentialDataBlock(1, list(bits)),
        hr=ModbusSequentialDataBlock(1, list(registers)),
        ir=ModbusSequentialDataBlock(1, list(registers)),
    )


async def main():
    context = ModbusServerContext(devices={1: unit(1), 2: unit(2)}, single=False)
    if sys.argv[1] == "tcp":
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        server = ModbusTcpServer(context, address=("127.0.0.1", port))
    else:
        port = "ready"
        server = ModbusSerialServer(context, port=sys.argv[2], baudrate=115200)
    loop = asyncio.get_running_loop()
    done = asyncio.Event()

    def watch():
        sys.stdin.read()
        loop.call_soon_threadsafe(done.set)

    threading.Thread(target=watch, daemon=True).start()
    task = asyncio.create_task(server.serve_forever(background=True))
    await task
    print(port, flush=True)
    await done.wait()
    await server.shutdown()


asyncio.run(main())
