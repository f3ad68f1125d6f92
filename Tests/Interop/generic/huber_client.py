"""Uses the bath at the TCP port given as argument as the huber package does, and prints what it reads as JSON."""
import asyncio
import json
import sys

from huber import Bath


async def use():
    Bath.port = int(sys.argv[1])
    async with Bath("127.0.0.1", comm_timeout=5) as bath:
        before = await bath.get_setpoint()
        await bath.set_setpoint(-12.34)
        await bath.start()
        report = {
            "before": before,
            "setpoint": await bath.get_setpoint(),
            "temperature": await bath.get_bath_temperature(),
            "process": await bath.get_process_temperature(),
            "on": await bath._get("on"),
        }
        await bath.stop()
        report["off"] = not await bath._get("on")
        report["pump"] = await bath.get_pump_speed()
    print(json.dumps(report))


asyncio.run(use())
