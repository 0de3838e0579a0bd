"""Raw files, data sets, and raw text."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, PositiveInt, model_validator

from xstilts.params.section import Commit, Name, Section

Benchmark = Literal["xtreme", "xtreme-r"]  # a list of languages that the task's file writes down
NOTHING = "data/README.md"  # no files: DVC takes no dependency that is not there, and this file always is


class Data(Section):
    """What the raw files are."""

    kind: Literal["full", "cut-down", "generated"] = "full"
    """What the files are. `full`: they must have exactly the declared numbers of rows; `cut-down`: at most those;
    `generated`: numbers are not compared."""


class DataSet(Section):
    """How one data set is given, and the split that each language is scored on. The name of the entry is that of the
    task's file in `xstilts/tasks/`."""

    layout: Literal["native", "xtreme", "xtreme-by-source", "xtreme-held-out", "hub"]
    """The format of the files: as first published (`native`), as XTREME gives them, or as they lie on the hub."""
    raw: str
    """The folder of the texts, from the project's folder or from the root (`/`). Your own may lie in `data/raw`."""
    labels: str
    """The folder of the labels, in the same way; often the same."""
    train: Annotated[list[Name], Field(min_length=1)] = ["en"]
    """Languages whose training split is prepared. A data set that is not in English needs its own here and in `dev`."""
    dev: list[Name] = []
    """Languages other than English whose development split is prepared: for sources that are trained in them, and for
    sources that choose checkpoints on it (`oracle`)."""
    evaluate: dict[Literal["dev", "test"], list[Name] | Benchmark] = {}
    """What is predicted and scored: a split, and its languages or the name of a benchmark that lists them. Targets
    need it."""
    max_rows: dict[Literal["dev", "test"], PositiveInt] = {}
    """Rows of a development or test set that are kept, in each language; all if not given. They are drawn by a hash of
    their ids: the same for every source and seed, and translations of one another in all languages. A smaller number
    gives a part of a larger one. Checkpoints are chosen on the English rows of `dev` that are kept."""
    note: str | None = None
    """What every table that rests on this data set has to say, such as that its labels are a stand-in."""

    @model_validator(mode="after")
    def _one_benchmark(self) -> DataSet:
        if len(self.benchmarks()) > 1:
            raise ValueError(f"evaluate: found the lists of {' and '.join(self.benchmarks())}, expected one of them")
        return self

    @model_validator(mode="after")
    def _one_split(self) -> DataSet:
        """A language is scored on one split: said before anything is trained, as far as languages are listed here."""
        known: dict[str, str] = {}
        for split, chosen in self.evaluate.items():
            for language in [f"the list of {chosen}"] if isinstance(chosen, str) else chosen:
                if language in known:
                    where = " and ".join(dict.fromkeys((known[language], split)))
                    raise ValueError(f"evaluate: found {language} under {where}, expected it once")
                known[language] = split
        return self

    def benchmarks(self) -> list[str]:
        """The benchmarks whose list of languages stands in the place of languages: none or one."""
        return sorted({chosen for chosen in self.evaluate.values() if isinstance(chosen, str)})

    def kept(self, split: str) -> int | None:
        """How many rows of a split are kept, in each language; None for all."""
        return next((number for name, number in self.max_rows.items() if name == split), None)


class Corpus(Section):
    """Raw text for masked-LM steps. The default has no text: no source may then use any."""

    source: str = Field(alias="from", default=NOTHING)
    """The folder: `<language>.txt` with a text a line, or Wikipedia as on the hub."""
    layout: Literal["text", "wikipedia"] = "text"
    """Which of the two it is."""
    repo: str | None = None
    """The hub's repository that it is fetched from; the languages and the dump stand under `downloads`."""
    revision: Commit | None = None
    """The commit of that repository, 40 digits."""


class ConditionFiles(Section):
    """The files that conditions read, each a folder. The default has none: no condition may then need any."""

    natural: str = NOTHING
    """Misspellings for `natural`: `<language>.natural`."""
    code_mix: str = NOTHING
    """Translations of words for `code-mix`: `<language>.txt`."""
    xnli_typos: str = NOTHING
    """`typos` of XNLI: `test_<language>_typos_<rate>.tsv` and `rows_<language>.tsv` (Stickland et al. 2023)."""
    xnli_cleandl: str = NOTHING
    """`cleandl` of XNLI: `test_matched.tsv` (Tan and Joty 2021)."""
    panx_typos: str = NOTHING
    """`typos` of PAN-X: `test_<language>_typos_<rate>.jsonl` (Stickland et al. 2023)."""
