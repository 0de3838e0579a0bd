"""Made-up files of parallel text: LAFAND-MT, FLORES-200, TICO-19, NTREX-128 and Tatoeba pairs.

Their labels folder holds the training text that a test set is compared with: here one Swahili pair of each is in it."""

from __future__ import annotations

from pathlib import Path

from tests.tasks.published import Row, Sample, put

ENGLISH = ("One goat.", "Two goats.", "Radio Tanzania")
SWAHILI = ("Mbuzi mmoja.", "Mbuzi wawili.", "Radio Tanzania")


def row(name: str, direction: str, source: str, target: str, seen: str = "") -> Row:
    return {"id": name, "source": source, "target": target, "into": direction.split("-")[1], "seen": seen}


def lines(*texts: str) -> str:
    return "".join(f"{text}\n" for text in texts)


def lafand(folder: Path) -> None:
    put(folder / "en-swa/train.en", lines(" One goat.", "Two goats.", "Radio Tanzania", ""))
    put(folder / "en-swa/train.swa", lines("Mbuzi mmoja.", "Mbuzi wawili!", "Radio Tanzania", "Ndiyo."))
    put(folder / "en-zul/train.en", lines("One goat.", "Ten goats."))
    put(folder / "en-zul/train.zul", lines("Imbuzi eyodwa.", "Izimbuzi eziyishumi."))
    for split in ("dev", "test"):
        put(folder / f"en-swa/{split}.en", lines("One goat.", "Two goats.", "Four goats."))
        put(folder / f"en-swa/{split}.swa", lines("Mbuzi mmoja.", "Mbuzi wawili.", "Mbuzi wanne."))


LEARNT = [
    row("en-sw/0", "en-sw", "One goat.", "Mbuzi mmoja."),
    row("en-sw/1", "en-sw", "Two goats.", "Mbuzi wawili!"),
    row("sw-en/0", "sw-en", "Mbuzi mmoja.", "One goat."),
    row("sw-en/1", "sw-en", "Mbuzi wawili!", "Two goats."),
    row("en-zu/0", "en-zu", "One goat.", "Imbuzi eyodwa."),
    row("en-zu/1", "en-zu", "Ten goats.", "Izimbuzi eziyishumi."),
    row("zu-en/0", "zu-en", "Imbuzi eyodwa.", "One goat."),
    row("zu-en/1", "zu-en", "Izimbuzi eziyishumi.", "Ten goats."),
]
DEVELOPMENT = [
    row("en-sw/0", "en-sw", "One goat.", "Mbuzi mmoja."),
    row("en-sw/1", "en-sw", "Two goats.", "Mbuzi wawili."),
    row("en-sw/2", "en-sw", "Four goats.", "Mbuzi wanne."),
    row("sw-en/0", "sw-en", "Mbuzi mmoja.", "One goat."),
    row("sw-en/1", "sw-en", "Mbuzi wawili.", "Two goats."),
    row("sw-en/2", "sw-en", "Mbuzi wanne.", "Four goats."),
]
INTO_SWAHILI = [
    row("sw/0", "en-sw", "One goat.", "Mbuzi mmoja.", "both"),
    row("sw/1", "en-sw", "Two goats.", "Mbuzi wawili.", "source"),
    row("sw/2", "en-sw", "Four goats.", "Mbuzi wanne."),
]
INTO_ENGLISH = [
    row("sw/0", "sw-en", "Mbuzi mmoja.", "One goat.", "both"),
    row("sw/1", "sw-en", "Mbuzi wawili.", "Two goats.", "target"),
    row("sw/2", "sw-en", "Mbuzi wanne.", "Four goats."),
]


def scored(prefix: str = "") -> dict[tuple[str, str], list[Row]]:
    """Both directions of the three pairs above; the first one was learnt."""
    pairs = list(zip(ENGLISH, SWAHILI, ("both", "", "")))
    there = [row(f"{prefix}{i}", "en-sw", english, swahili, seen) for i, (english, swahili, seen) in enumerate(pairs)]
    back = [row(f"{prefix}{i}", "sw-en", swahili, english, seen) for i, (english, swahili, seen) in enumerate(pairs)]
    return {("test", "en-sw"): there, ("test", "sw-en"): back}


def with_training(folder: Path, english: str, swahili: str) -> None:
    put(folder / english, lines(*ENGLISH))
    put(folder / swahili, lines(*SWAHILI))
    put(folder / "labels/en-swa/train.en", lines("One goat.", "Ten goats."))
    put(folder / "labels/en-swa/train.swa", lines("Mbuzi mmoja.", "Mbuzi kumi."))


def flores(folder: Path) -> None:
    with_training(folder, "devtest/eng_Latn.devtest", "devtest/swh_Latn.devtest")


def tico(folder: Path) -> None:
    with_training(folder, "en-sw/tico19-test.en", "en-sw/tico19-test.sw")


def ntrex(folder: Path) -> None:
    with_training(folder, "newstest2019-src.eng.txt", "newstest2019-ref.swa.txt")


def tatoeba(folder: Path) -> None:
    release = "eng-swa/tatoeba-test-v2021-08-07"
    with_training(folder, f"{release}.eng", f"{release}.swa")


FOUND = {"in_training_set": 1, "target_in_training_set": 1, "same_text": 1}
ODD = {("test", "en-sw"): FOUND, ("test", "sw-en"): FOUND}
SAMPLES = {
    ("lafand", "native"): Sample(
        lafand,
        {
            ("train", "en"): LEARNT, ("dev", "en"): DEVELOPMENT,
            ("test", "en-sw"): INTO_SWAHILI, ("test", "sw-en"): INTO_ENGLISH,
        },
        {
            ("train", "en"): {"left_out_same_text": 2, "left_out_empty": 2},
            ("test", "en-sw"): {"in_training_set": 2, "target_in_training_set": 1},
            ("test", "sw-en"): {"in_training_set": 1, "target_in_training_set": 2},
        },
    ),
    ("flores200", "native"): Sample(flores, scored(), ODD),
    ("tico19", "native"): Sample(tico, scored(), ODD),
    ("ntrex128", "native"): Sample(ntrex, scored(), ODD),
    ("tatoeba_pairs", "native"): Sample(tatoeba, scored("sw/"), ODD),
}  # fmt: skip
