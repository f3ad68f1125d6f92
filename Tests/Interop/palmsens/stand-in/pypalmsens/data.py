"""What the stand-in hands to callbacks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class DataArray:
    type: str
    values: list[float]

    def __getitem__(self, index: int) -> float:
        return self.values[index]


@dataclass
class DataSet:
    columns: list[DataArray]

    def arrays(self, type: str) -> list[DataArray]:
        return [array for array in self.columns if array.type == type]


@dataclass
class CallbackDataEIS:
    data: DataSet
    start: int
    index: int


class CallbackData: ...
