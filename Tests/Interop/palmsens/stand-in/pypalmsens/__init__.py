"""Stands in for PyPalmSens where no .NET runtime and no instrument are: a cell of 300 Ω in series with 10 µF.

Environment: STAND_IN_POINT seconds per point; STAND_IN_DIES after how many points the process ends without a word.
"""

from __future__ import annotations

import asyncio
import math
import os
from dataclasses import dataclass
from typing import Any

from .data import CallbackDataEIS, DataArray, DataSet

__version__ = "stand-in"


class Instrument:
    name = "PalmSens4"
    id = "PalmSens4 PS4A20B000123"

    @classmethod
    def from_port(cls, port: str) -> Instrument:
        return cls()


async def discover_async(ignore_errors: bool = False) -> list[Instrument]:
    return [] if os.environ.get("STAND_IN_ABSENT") else [Instrument()]


@dataclass
class ElectrochemicalImpedanceSpectroscopy:
    frequency_type: str
    scan_type: str
    max_frequency: float
    min_frequency: float
    n_frequencies: int
    ac_potential: float
    dc_potential: float
    equilibration_time: float
    current_range: dict[str, str]


class InstrumentManagerAsync:
    def __init__(self, instrument: Instrument) -> None:
        self._is_on = True  # as an earlier program left it
        self._is_measuring = False
        self._is_aborted = False

    async def connect(self) -> None: ...

    async def disconnect(self) -> None: ...

    def is_measuring(self) -> bool:
        return self._is_measuring

    async def get_instrument_serial(self) -> str:
        return "PS4A20B000123"

    async def set_cell(self, cell_on: bool) -> None:
        self._is_on = cell_on

    async def is_cell_on(self) -> bool:
        return self._is_on

    async def abort(self) -> None:
        self._is_aborted = True

    async def measure(self, method: ElectrochemicalImpedanceSpectroscopy, *, callback: Any) -> None:
        self._is_on, self._is_measuring, self._is_aborted = True, True, False
        pause = float(os.environ.get("STAND_IN_POINT", "0.002"))
        deadly = int(os.environ.get("STAND_IN_DIES", "-1"))
        columns: dict[str, list[float]] = {"Frequency": [], "ZRe": [], "ZIm": []}
        try:
            for index in range(method.n_frequencies):
                if index == deadly:
                    os._exit(3)
                await asyncio.sleep(pause)
                if self._is_aborted:
                    return
                share = index / max(1, method.n_frequencies - 1)
                frequency = method.max_frequency * (method.min_frequency / method.max_frequency) ** share
                columns["Frequency"].append(frequency)
                columns["ZRe"].append(300.0)
                columns["ZIm"].append(1 / (2 * math.pi * frequency * 1e-5))
                arrays = [DataArray(kind, list(values)) for kind, values in columns.items()]
                callback(CallbackDataEIS(DataSet(arrays), index, index))
        finally:
            self._is_measuring = False
