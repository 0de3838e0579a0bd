"""Random numbers of one row under one condition. Nothing else goes into them: no other row, no order, no machine."""

from __future__ import annotations

import hashlib
import json
import struct
from dataclasses import dataclass

from xstilts.params.conditions import Condition


@dataclass(frozen=True, slots=True)
class Draw:
    """What is drawn for one unit of text: 64-bit numbers for different purposes."""

    order: int  # which units are taken
    place: int  # where inside the unit
    pick: int  # what is put there
    way: int  # in which way

    @property
    def share(self) -> float:
        """A number from 0 up to, and never, 1."""
        return (self.order >> 11) / 2**53


class Draws:
    """All draws of a row: sha256 of its id, the condition's name and level, and the number of the unit."""

    def __init__(self, row_id: str, condition: Condition) -> None:
        key = json.dumps([row_id, condition.name, f"{condition.level:g}"])
        self._start = hashlib.sha256(key.encode())

    def of(self, *unit: int) -> Draw:
        """The draw of one unit; of the whole row where no unit is named."""
        hashed = self._start.copy()
        hashed.update(json.dumps(unit).encode())
        return Draw(*struct.unpack(">4Q", hashed.digest()))
