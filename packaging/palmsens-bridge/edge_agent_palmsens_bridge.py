#!/usr/bin/env python3
"""Lets edge-agent measure impedance with a PalmSens4.

The instrument's own protocol is not published, so this program speaks the vendor's library PyPalmSens on one side and one
JSON object per line over TCP on the other. docs/palmsens-bridge.md says what goes over the line. It serves one client at a
time; a new one takes the place of the old. Whenever a client leaves in the middle of a measurement, the measurement is
aborted and the cell is switched off.

It is checked against the library's types and with a stand-in for the library; it has not met an instrument yet.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import logging
import math
import sys
from typing import Any, Final

import pypalmsens as ps
from pypalmsens.data import CallbackData, CallbackDataEIS

PROTOCOL: Final = 1
LONGEST_LINE: Final = 65_536
# Of a PalmSens4, in amperes; the library knows ranges by name.
RANGES: Final = {
    "100pA": 1e-10, "1nA": 1e-9, "10nA": 1e-8, "100nA": 1e-7, "1uA": 1e-6, "10uA": 1e-5, "100uA": 1e-4, "1mA": 1e-3,
    "10mA": 1e-2, "100mA": 1e-1,
}

log = logging.getLogger("palmsens-bridge")


class Refusal(Exception):
    """An order that cannot be carried out; nothing has happened."""


class Instrument:
    """The potentiostat behind the library. Opened when it is first asked, and again after it was lost."""

    def __init__(self, port: str | None, serial: str | None) -> None:
        self.port = port
        self.serial = serial
        self._manager: ps.InstrumentManagerAsync | None = None
        self._model = ""

    async def manager(self) -> ps.InstrumentManagerAsync:
        if self._manager is None:
            instrument = await self._find()
            manager = ps.InstrumentManagerAsync(instrument)
            await manager.connect()
            self._model = instrument.name
            self._manager = manager
            # Whatever it did before: nobody watches over it.
            await manager.set_cell(False)
        return self._manager

    async def _find(self) -> ps.Instrument:
        if self.port is not None:
            return ps.Instrument.from_port(self.port)
        found = await ps.discover_async(ignore_errors=True)
        if self.serial is not None:
            found = [one for one in found if self.serial in one.id]
        if not found:
            raise ConnectionError("no instrument was found")
        if len(found) > 1:
            names = ", ".join(one.id for one in found)
            raise ConnectionError(f"there are several instruments ({names}): start the bridge with --serial or --port")
        return found[0]

    async def identity(self) -> dict[str, Any]:
        manager = await self.manager()
        return {
            "protocol": PROTOCOL, "bridge": f"pypalmsens {ps.__version__}", "model": self._model or "PalmSens4",
            "serial": await manager.get_instrument_serial(),
        }

    async def abort(self) -> None:
        """Ends what is measured and switches the cell off."""
        manager = await self.manager()
        if manager.is_measuring():
            await manager.abort()
            for _ in range(100):
                if not manager.is_measuring():
                    break
                await asyncio.sleep(0.1)
        await manager.set_cell(False)
        if await manager.is_cell_on():
            raise ConnectionError("the cell is still on")

    async def forget(self) -> None:
        """Lets go of an instrument that fails, so that the next order looks for it again."""
        manager, self._manager = self._manager, None
        if manager is not None:
            with contextlib.suppress(Exception):
                await manager.disconnect()


def number(order: dict[str, Any], key: str) -> float:
    value = order.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise Refusal(f"“{key}” is no number")
    return float(value)


def range_name(current: float) -> str:
    """The smallest range that holds a current, in amperes."""
    for name, limit in RANGES.items():
        if limit >= current * (1 - 1e-9):
            return name
    raise Refusal(f"{current} A is above the largest range, 100 mA")


def method(order: dict[str, Any]) -> ps.ElectrochemicalImpedanceSpectroscopy:
    points = order.get("points")
    if isinstance(points, bool) or not isinstance(points, int) or not 1 <= points <= 10_000:
        raise Refusal("“points” is not 1 to 10000")
    smallest = range_name(number(order, "smallest_range_A"))
    largest = range_name(number(order, "largest_range_A"))
    amplitude = number(order, "amplitude_V_rms")
    if not 0.001 <= amplitude <= 0.25:
        raise Refusal("the amplitude must be 0.001 to 0.25 V RMS")
    settings: dict[str, Any] = {
        "frequency_type": "scan", "scan_type": "fixed", "max_frequency": number(order, "highest_Hz"),
        "min_frequency": number(order, "lowest_Hz"), "n_frequencies": points, "ac_potential": amplitude,
        "dc_potential": number(order, "bias_V"), "equilibration_time": number(order, "equilibration_s"),
        "current_range": {"min": smallest, "max": largest, "start": largest},
    }
    try:
        return ps.ElectrochemicalImpedanceSpectroscopy(**settings)
    except ValueError as error:
        raise Refusal(f"the library does not take the order: {error}") from error


def points_of(data: CallbackDataEIS) -> list[dict[str, Any]]:
    """What has been measured since the last call. The library's ZIm is −Z″, positive for a capacitor; ours is Z″."""
    def column(kind: Any) -> list[float]:
        arrays = data.data.arrays(type=kind)
        if not arrays:
            raise ConnectionError(f"the library sent points without {kind}")
        return [float(arrays[0][index]) for index in range(data.start, data.index + 1)]

    statuses = ["OK"] * (data.index + 1 - data.start)
    for array in data.data.arrays(type="Iac"):
        reading = getattr(array, "reading_status", None)
        if reading is not None:
            statuses = [str(status) for status in reading()[data.start : data.index + 1]]
    words = {"OK": "ok", "Overload": "overload"}
    return [
        {"frequency_Hz": frequency, "real_ohm": real, "imaginary_ohm": -minus_imaginary, "status": words.get(status, "doubtful")}
        for frequency, real, minus_imaginary, status in zip(
            column("Frequency"), column("ZRe"), column("ZIm"), statuses, strict=True)
    ]


class Client:
    """One connection: reads orders, says what becomes of them."""

    def __init__(self, instrument: Instrument, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.instrument = instrument
        self.reader = reader
        self.writer = writer
        self.measuring: asyncio.Task[None] | None = None
        self.is_aborted = False

    def say(self, identifier: int | None, **message: Any) -> None:
        self.writer.write(json.dumps({"id": identifier, **message}).encode() + b"\n")

    def fail(self, identifier: int | None, error: Exception, cell: str) -> None:
        code = "refused" if isinstance(error, Refusal) else "absent" if isinstance(error, (ConnectionError, OSError)) else "faulted"
        log.warning("%s: %s", type(error).__name__, error)
        self.say(identifier, error=str(error) or type(error).__name__, code=code, cell=cell)

    async def serve(self) -> None:
        try:
            while line := await self.reader.readline():
                await self.take(line)
                await self.writer.drain()
        except (ConnectionError, ValueError, asyncio.LimitOverrunError) as error:
            log.warning("the client's line ended: %s", error)
        finally:
            await self.leave()

    async def leave(self) -> None:
        if self.measuring is not None and not self.measuring.done():
            log.warning("the client left in the middle of a measurement; it is aborted")
            await self.end_measurement()
        self.writer.close()

    async def take(self, line: bytes) -> None:
        try:
            order = json.loads(line)
            identifier = order["id"]
            what = order["do"]
        except (ValueError, TypeError, KeyError) as error:
            return self.fail(None, Refusal(f"no order: {error}"), "unknown")
        match what:
            case "hello":
                try:
                    self.say(identifier, hello=await self.instrument.identity())
                except Exception as error:  # whatever the library throws is the client's to know
                    await self.instrument.forget()
                    self.fail(identifier, error, "unknown")
            case "abort":
                try:
                    await self.end_measurement()
                    self.say(identifier, stopped=True, cell="off")
                except Exception as error:
                    await self.instrument.forget()
                    self.fail(identifier, error, "unknown")
            case "impedance" if self.measuring is None or self.measuring.done():
                self.is_aborted = False
                self.measuring = asyncio.create_task(self.measure(identifier, order))
            case "impedance":
                self.fail(identifier, Refusal("a measurement is under way"), "unknown")
            case _:
                self.fail(identifier, Refusal(f"“{what}” is not hello, impedance or abort"), "unknown")

    async def end_measurement(self) -> None:
        self.is_aborted = True
        await self.instrument.abort()
        if self.measuring is not None:
            await asyncio.wait([self.measuring], timeout=10)

    async def measure(self, identifier: int, order: dict[str, Any]) -> None:
        count = 0

        def heard(data: CallbackData | CallbackDataEIS) -> None:
            nonlocal count
            if not isinstance(data, CallbackDataEIS):
                return
            for point in points_of(data):
                self.say(identifier, point=point)
                count += 1

        loop = asyncio.get_running_loop()
        try:
            plan = method(order)
            manager = await self.instrument.manager()
            self.say(identifier, started=True)
            # The library calls back on threads of its own.
            await manager.measure(plan, callback=lambda data: loop.call_soon_threadsafe(heard, data) and None)
            await asyncio.sleep(0)
            await manager.set_cell(False)
            if self.is_aborted:
                self.say(identifier, error="the measurement was aborted", code="aborted", cell="off")
            else:
                self.say(identifier, done=count, cell="off")
        except Refusal as error:
            self.fail(identifier, error, "off")
        except Exception as error:
            cell = "unknown"
            try:
                await self.instrument.abort()
                cell = "off"
            except Exception as second:
                log.error("the cell could not be switched off: %s", second)
                await self.instrument.forget()
            if self.is_aborted:
                self.say(identifier, error="the measurement was aborted", code="aborted", cell=cell)
            else:
                self.fail(identifier, error, cell)


async def serve(instrument: Instrument, host: str, port: int) -> None:
    current: Client | None = None

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal current
        if current is not None:
            current.writer.close()
            await current.leave()
        current = Client(instrument, reader, writer)
        await current.serve()

    server = await asyncio.start_server(meet, host, port, limit=LONGEST_LINE)
    address = server.sockets[0].getsockname()
    print(json.dumps({"listening": f"tcp://{address[0]}:{address[1]}"}), flush=True)
    async with server:
        await server.serve_forever()


def main() -> int:
    parser = argparse.ArgumentParser(description="A bridge between edge-agent and a PalmSens4.")
    parser.add_argument("--listen", default="127.0.0.1", help="address; the line is not encrypted, so stay on this machine")
    parser.add_argument("--tcp", type=int, default=4710, metavar="PORT", help="port that edge-agent connects to")
    parser.add_argument("--port", help="the instrument's port, /dev/ttyACM0 for example; otherwise it is looked for")
    parser.add_argument("--serial", help="part of the serial number, where there are several instruments")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="palmsens-bridge: %(message)s", stream=sys.stderr)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(Instrument(options.port, options.serial), options.listen, options.tcp))
    return 0


if __name__ == "__main__":
    sys.exit(main())
