"""pymodbus for comparison: serve | client PORT REGISTERS SECONDS | clients PORT N REGISTERS SECONDS | line TTY BAUD UNITS SECONDS."""

import asyncio
import json
import resource
import socket
import sys
import threading
import time

from pymodbus.client import AsyncModbusTcpClient, ModbusSerialClient
from pymodbus.datastore import ModbusDeviceContext, ModbusSequentialDataBlock, ModbusServerContext
from pymodbus.server import ModbusTcpServer

SCATTERED = [0, 1, 2, 4, 5, 7, 8, 9, 11, 13, 14, 16, 18, 19, 21, 23]


async def serve():
    tables = ModbusDeviceContext(hr=ModbusSequentialDataBlock(1, list(range(200))))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = ModbusTcpServer(ModbusServerContext(devices={1: tables}, single=False), address=("127.0.0.1", port))
    done = asyncio.Event()
    loop = asyncio.get_running_loop()
    threading.Thread(
        target=lambda: (sys.stdin.read(), loop.call_soon_threadsafe(done.set)), daemon=True
    ).start()
    await server.serve_forever(background=True)
    print(port, flush=True)
    await done.wait()
    await server.shutdown()


async def client(port, registers, seconds):
    peer = AsyncModbusTcpClient("127.0.0.1", port=port)
    await peer.connect()
    times = []
    begin = time.monotonic()
    while time.monotonic() - begin < seconds:
        start = time.perf_counter()
        await peer.read_holding_registers(0, count=registers)
        times.append((time.perf_counter() - start) * 1e6)
    elapsed = time.monotonic() - begin
    times.sort()
    print(json.dumps({
        "requests_per_s": len(times) / elapsed, "p50_us": times[len(times) // 2], "p99_us": times[len(times) * 99 // 100],
    }))


async def clients(port, devices, registers, seconds):
    def used():
        usage = resource.getrusage(resource.RUSAGE_SELF)
        return usage.ru_utime + usage.ru_stime

    async def one():
        peer = AsyncModbusTcpClient("127.0.0.1", port=port)
        await peer.connect()
        count = 0
        begin = time.monotonic()
        while time.monotonic() - begin < seconds:
            answer = await peer.read_holding_registers(0, count=registers)
            values = peer.convert_from_registers(answer.registers, peer.DATATYPE.INT16)
            count += len([(value * 0.1 + 273.15, "K") for value in values])
        peer.close()
        return count

    before = used()
    values = sum(await asyncio.gather(*(one() for _ in range(devices))))
    print(json.dumps({"values_per_s": values / seconds, "values_per_cpu_s": values / (used() - before)}))


def line(tty, baud, units, seconds):
    """One register after the other, as clients without a plan do."""
    peer = ModbusSerialClient(tty, baudrate=baud, timeout=2)
    peer.connect()
    times = []
    begin = time.monotonic()
    while time.monotonic() - begin < seconds:
        for unit in range(1, units + 1):
            for address in SCATTERED:
                start = time.perf_counter()
                answer = peer.read_holding_registers(address, count=1, device_id=unit)
                assert answer.registers == [address]
                times.append(time.perf_counter() - start)
            if time.monotonic() - begin >= seconds:
                break
    mean = len(times) / (time.monotonic() - begin)
    times.sort()
    print(json.dumps({"points_per_s": 1 / times[len(times) // 2], "mean_points_per_s": mean}))


role, *rest = sys.argv[1:]
if role == "serve":
    asyncio.run(serve())
elif role == "client":
    asyncio.run(client(*map(int, rest)))
elif role == "clients":
    asyncio.run(clients(*map(int, rest)))
else:
    line(rest[0], *map(int, rest[1:]))
