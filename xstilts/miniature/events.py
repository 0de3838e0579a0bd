"""What sentences are about: events with slots, drawn from named generators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from xstilts.miniature import lexicon, names

T = TypeVar("T")
Thing = tuple[str, str]
"""An object and its adjective ("" for none)."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. Two events are the same meaning exactly if they are equal."""

    kind: str  # act, see, go, come, be, bear, live, work
    agent: str  # "Anna", "Anna Berger" or the concept of a person, "doctor"
    verb: str
    things: tuple[Thing, ...] = ()
    patient: str = ""
    place: str = ""  # a city or the concept of a place
    day: str = ""
    hour: int = 0
    year: int = 0
    firm: str = ""
    denied: bool = False  # it did not happen

    def without(self, *slots: str) -> Event:
        """The same event, told with less."""
        empty: dict[str, object] = {slot: 0 if slot in ("hour", "year") else "" for slot in slots if slot != "colour"}
        if "colour" in slots:
            empty["things"] = tuple((noun, "") for noun, _ in self.things)
        return replace(self, **empty)  # type: ignore[arg-type]

    def value(self, slot: str) -> object:
        """What fills a slot ("" or 0 for nothing)."""
        if slot in ("object", "colour"):
            return self.things[0][slot == "colour"] if self.things else ""
        return getattr(self, slot)

    def changed(self, slot: str, value: object) -> Event:
        """The same event with another value in a slot."""
        if slot == "colour":
            return replace(self, things=((self.things[0][0], str(value)), *self.things[1:]))
        if slot == "object":
            return replace(self, things=((str(value), self.things[0][1]), *self.things[1:]))
        return replace(self, **{slot: value})  # type: ignore[arg-type]


VALUES: dict[str, Sequence[object]] = {
    "colour": lexicon.COLOURS, "object": lexicon.CONCEPTS["object"], "day": lexicon.CONCEPTS["day"],
    "hour": tuple(range(1, 13)), "place": (*lexicon.CONCEPTS["place"], *names.CITY_NAMES),
    "firm": tuple(names.FIRM_NAMES), "year": tuple(range(1950, 2000)),
}  # fmt: skip


HABITS = {"verb": 0, "colour": 1, "agent": 2, "place": 3, "day": 4}
"""What a thing has habits in, and what tells these habits from each other."""


def habits(noun: str, options: Sequence[T], shift: int) -> tuple[T, T]:
    """The two options that usually go with a thing, the more usual one first: a regularity of the raw text."""
    at = lexicon.CONCEPTS["object"].index(noun) + shift
    first = at * 5 + at // len(options)
    return options[first % len(options)], options[(first + 3) % len(options)]


class Draw:
    """Draws events and their parts from one generator."""

    def __init__(self, generator: np.random.Generator, names_step: int = 1, habit: float = 0.0) -> None:
        self.generator = generator
        self.habit = habit  # how often a thing meets what it usually meets
        cut = slice(None, None, names_step)
        self.first, self.last = tuple(names.FIRST_NAMES)[cut], tuple(names.LAST_NAMES)[cut]
        self.cities, self.firms = tuple(names.CITY_NAMES)[cut], tuple(names.FIRM_NAMES)[cut]

    def one(self, options: Sequence[T]) -> T:
        """One of the options."""
        return options[int(self.generator.random() * len(options))]

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return bool(self.generator.random() < probability)

    def some(self, options: Sequence[T], count: int) -> list[T]:
        """Different ones of the options, in random order."""
        return [options[int(i)] for i in self.generator.permutation(len(options))[:count]]

    def other(self, slot: str, value: object) -> object:
        """Another value of the same kind (a city for a city, a place for a place)."""
        options = VALUES[slot]
        if slot == "place":
            options = self.cities if value in names.CITY_NAMES else lexicon.CONCEPTS["place"]
        return self.one([option for option in options if option != value])

    def name(self, full: float = 0.3) -> str:
        """A first name, or first and last name with probability `full`."""
        return f"{self.one(self.first)} {self.one(self.last)}" if self.chance(full) else self.one(self.first)

    def person(self, named: float = 0.5) -> str:
        """A named person or the concept of one."""
        return self.name() if self.chance(named) else self.one(lexicon.CONCEPTS["person"])

    def place(self, city: float = 0.5) -> str:
        """A city or the concept of a place."""
        return self.one(self.cities) if self.chance(city) else self.one(lexicon.CONCEPTS["place"])

    def thing(self) -> Thing:
        """An object with a colour, another adjective or none."""
        return self.one(lexicon.CONCEPTS["object"]), self.one(("", *lexicon.CONCEPTS["adjective"]))

    def usual(self, noun: str, options: Sequence[T], shift: int) -> T:
        """One of the options; with probability `habit` one of the two that usually go with the thing."""
        if not self.chance(self.habit):
            return self.one(options)
        return habits(noun, options, shift)[self.chance(0.4)]

    def act(self, named: float = 0.5, slots: Sequence[str] = ("place", "day")) -> Event:
        """Somebody does something to a thing; `slots` of colour, place, day, hour are filled."""
        noun = self.one(lexicon.CONCEPTS["object"])
        colour = self.usual(noun, lexicon.COLOURS, HABITS["colour"]) if "colour" in slots else ""
        agent = self.name() if self.chance(named) else self.usual(noun, lexicon.CONCEPTS["person"], HABITS["agent"])
        places = self.cities if self.chance(0.5) else lexicon.CONCEPTS["place"]
        return Event(
            "act", agent, self.usual(noun, lexicon.THING_VERBS, HABITS["verb"]), ((noun, colour),),
            place=self.usual(noun, places, HABITS["place"]) if "place" in slots else "",
            day=self.usual(noun, lexicon.CONCEPTS["day"], HABITS["day"]) if "day" in slots else "",
            hour=1 + int(self.generator.random() * 12) if "hour" in slots else 0,
        )  # fmt: skip

    def any(self, named: float = 0.5) -> Event:
        """An event of any everyday kind."""
        kind = self.one(("act", "act", "act", "see", "go", "come", "be"))
        slots = self.some(("colour", "place", "day", "hour"), 1 + int(self.generator.random() * 3))
        event = self.act(named, slots)
        if kind == "act":
            event = replace(event, denied=self.chance(0.2))
            return event.changed("colour", self.thing()[1]) if "colour" in slots else event
        if kind == "see":
            patient = self.one([p for p in (self.person(named) for _ in range(4)) if p != event.agent] or ["Tom Silva"])
            return replace(event, kind="see", verb=self.one(lexicon.PERSON_VERBS), things=(), patient=patient)
        return replace(event, kind=kind, verb=kind, things=(), place=event.place or self.place())

    def life(self, agent: str) -> list[Event]:
        """Birth, home and work of a person."""
        birth, home = self.some(self.cities, 2)
        year = 1950 + int(self.generator.random() * 50)
        return [
            Event("bear", agent, "bear", place=birth, year=year),
            Event("live", agent, "live", place=home),
            Event("work", agent, "work", firm=self.one(self.firms)),
        ]
