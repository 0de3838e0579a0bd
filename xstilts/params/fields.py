"""The whole of `params.yaml`: its sections, and what stages ask of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Annotated, Any, Literal

from pydantic import Field

from xstilts import paths
from xstilts.arithmetic import Arithmetic
from xstilts.errors import InputError, unknown
from xstilts.params.backbone import Backbone
from xstilts.params.data import ConditionFiles, Corpus, Data, DataSet
from xstilts.params.recipes import DualRecipe, Optimisation, Recipe, TranslationRecipe
from xstilts.params.section import Name, Section, Seed
from xstilts.params.sources import Source
from xstilts.params.targets import Decoding, RetrievalSettings, SpanSettings, Targets
from xstilts.params.translation import Translation, Translator

Training = Literal["squad_v1"]  # dvc.yaml's `evaluate-squad` takes its model
ParallelText = Literal["lafand"]  # the same of `evaluate-translation`


class Fields(Section):
    """The sections, unchecked against one another. Those that are left out are as their defaults say."""

    profile: Name
    """The name of the profile; `xstilts profile` writes it."""
    data: Data = Data()
    """What the raw files are."""
    seeds: Annotated[list[Seed], Field(min_length=1)] = [1]
    """Every training is made once with each of them. Three or more for anything you want to claim."""
    threads: Annotated[int, Field(gt=0, le=1024)] = 1
    """Threads of every training and prediction. They are part of what defines the result."""
    arithmetic: Arithmetic = "avx2"
    """Kernels of every training and prediction on a processor. `compatible`: the same bytes on every x86-64 processor
    with AVX2, for about twice the time. `avx2`: the same bytes on those of Intel, and on those of AMD, each among
    themselves. `native`: the fastest of this processor; the same bytes on the same kind of processor only. On GPUs it
    changes nothing."""
    miniature: dict[Name, dict[str, Any]] = {}
    """Worlds to generate, with other sizes and shares than those in `xstilts/miniature/world.py`."""
    downloads: dict[Name, dict[str, Any]] = {}
    """What is fetched into `data/downloads`: tasks (`{}`: from the origin in the task's file); `backbone`, text,
    translators and published translations by the names of their folders, with what their origins need (`repo`,
    `revision`)."""
    tasks: dict[Name, DataSet]
    """The data sets."""
    conditions: dict[Name, Annotated[list[str], Field(min_length=1)]] = {}
    """What is done to test sets beside the clean ones: a target, and conditions such as `swap-0.10` or `typos`. Each of
    its test sets is predicted and scored once more under each condition. No training sees any."""
    condition_files: ConditionFiles = ConditionFiles()
    """Where files lie that conditions read: tables of words, and test sets that others have published."""
    unions: dict[Name, Annotated[list[str], Field(min_length=2)]] = {}
    """Several data sets as one task under one head, for sources."""
    corpus: Corpus = Corpus()
    """Raw text for masked-LM steps."""
    backbone: Backbone
    """The encoder that every row starts from."""
    optimisation: Optimisation = Optimisation()
    """What all trainings share."""
    translators: dict[Name, Translator] = {}
    """Machines that translate English training data."""
    translations: dict[Name, Translation] = {}
    """English training sets in another language."""
    sources: Annotated[dict[Name, Source], Field(min_length=1)]
    """The rows of the table."""
    targets: Targets
    """The columns of the table."""
    squad: dict[Training, Recipe] = {}
    """The training behind all of `targets.squad`, `{squad_v1: {...}}`; `{}` if there is none there."""
    siqa: Recipe | None = None
    """The first training behind `targets.copa`, on Social IQa."""
    copa: Recipe | None = None
    """The second, on COPA."""
    parallel: dict[ParallelText, TranslationRecipe] = {}
    """The training behind all of `targets.translation`, on parallel text, `{lafand: {...}}`; `{}` if there is none
    there."""
    span: SpanSettings = SpanSettings()
    """Windows and decoding of all span tasks."""
    retrieval: RetrievalSettings = RetrievalSettings()
    """Sentence vectors of all retrieval tasks."""
    decoding: Decoding = Decoding()
    """How all translations are written."""

    def row_kind(self, name: str) -> str:
        """`record` for a row of the table, else what makes a source none: random, ablated, last or oracle."""
        source = self.sources[name]
        if source.control:
            return "ablated" if source.ablate else "random"
        return "record" if source.target_selection == "english" else source.target_selection

    @property
    def rows(self) -> list[str]:
        """The sources that are rows of the table: no controls, checkpoints chosen on English development sets."""
        return [name for name in self.sources if self.row_kind(name) == "record"]

    def record_of(self, name: str) -> str:
        """The row of the table beside which a source with another `target_selection` stands: the same recipe.

        Raises `ValueError` if there is none, as the number of record is the one that saw English alone."""
        source = self.sources[name]
        if source.target_selection == "english":
            return name
        own = source.model_copy(update={"target_selection": "english"})
        for row in self.rows:
            if self.sources[row] == own:
                return row
        raise ValueError(
            f"sources.{name}.target_selection: found '{source.target_selection}' and no source with the same recipe "
            "and 'english', beside which it would stand"
        )

    def members(self, task: str) -> list[str]:
        """The data sets behind a task of a source: those of a union, or the task itself."""
        return self.unions.get(task, [task])

    def dev_languages(self, name: str, task: str) -> list[str]:
        """The languages of the development set of one of a source's tasks: those that it is trained in, where they are
        prepared; English if it is one of them, or where they are not."""
        own, source = self.source(name).own_languages, self.source(name)
        there = all(language in self.tasks[member].dev for member in self.members(task) for language in own)
        return own if own and there and "en" not in source.languages else ["en"]

    def translation(self, task: str, language: str, by: str | None, where: str) -> str:
        """The name of the translation of one data set; a `ValueError` if there is none, or more than one to choose."""
        own = {name: one for name, one in self.translations.items() if (one.task, one.language) == (task, language)}
        found = [name for name, one in own.items() if by in (None, one.by)]
        if len(found) == 1:
            return found[0]
        there = ", ".join(self.translations) or "none"
        if not found:
            wanted = f"{task} into {language}" + (f" by {by}" if by else "")
            raise ValueError(f"{where}: there is no translation of {wanted}; `translations` has {there}")
        raise ValueError(
            f"{where}: {task} is translated into {language} by {', '.join(own[n].by for n in found)}: say `by`"
        )

    def target_families(self) -> dict[str, str]:
        """Each target's group in `targets`, in the order of the file (`squad` and `copa` are groups of their own, of
        the families span and choice)."""
        groups = {group: getattr(self.targets, group) for group in Targets.model_fields}
        return {task: group for group, tasks in groups.items() for task in tasks}

    def family(self, name: str) -> str:
        """The family that a target, or a target training, is listed under."""
        shared = {"squad_v1": "span", "siqa": "choice", "copa": "choice"}
        group = shared.get(name) or self.target_families().get(name)
        if group is None:
            raise unknown("target", name, self.target_families())
        return {"squad": "span", "copa": "choice"}.get(group, group)

    def trainings(self) -> list[str]:
        """Every target training, in the order of the targets."""
        return list(dict.fromkeys(one for target, group in self.target_families().items() if group != "retrieval"
                                  for one in self.trainings_of(target)))  # fmt: skip

    def training(self, name: str) -> Recipe:
        """The recipe of the target training called `name`: a trained target, `squad_v1`, `siqa`, `copa` or `lafand`."""
        shared = {
            "squad_v1": self.squad.get("squad_v1"), "siqa": self.siqa, "copa": self.copa,
            "lafand": self.parallel.get("lafand"),
        }.get(name)  # fmt: skip
        if shared is not None:
            return shared
        for group in ("classification", "tagging", "span", "choice", "dual"):
            recipes: dict[str, Recipe] = getattr(self.targets, group)
            if name in recipes:
                return recipes[name]
        raise InputError(f"params.yaml: '{name}' is not a target that is trained")

    def training_of(self, target: str) -> str:
        """The training set behind a target: SQuAD v1.1 for those under `targets.squad`, COPA for the one under
        `targets.copa`, LAFAND-MT for those under `targets.translation`, else its own."""
        if target in self.targets.copa:
            return "copa"
        if target in self.targets.translation:
            return "lafand"
        return "squad_v1" if target in self.targets.squad else target

    def trainings_of(self, target: str) -> tuple[str, ...]:
        """Every target training behind a target, in order; the last is `training_of`."""
        return ("siqa", "copa") if target in self.targets.copa else (self.training_of(target),)

    def place(self, name: str) -> str:
        """Where the recipe of a target training stands in the file."""
        if name in self.parallel:  # it is a target, too
            return f"parallel.{name}"
        group = self.target_families().get(name)
        return f"targets.{group}.{name}" if group else f"squad.{name}" if name in self.squad else name

    def place_in(self, source: str, task: str) -> str:
        """Where `max_length` of one of a source's tasks, or of its masked text (`mlm`), stands in the file."""
        own = self.source(source).mlm if task == "mlm" else self.source(source).each.get(task)
        inside = "" if not own or own.max_length is None else f".{task}" if task == "mlm" else f".each.{task}"
        return f"sources.{source}{inside}"

    def encoding(self, recipe: Recipe, place: str) -> dict[str, Any]:
        """What the families' encoders and decoders take as keyword arguments; `place` is where the recipe stands."""
        own = {"query_length": recipe.query_length} if isinstance(recipe, DualRecipe) else {}
        own |= {"target_length": recipe.target_length} if isinstance(recipe, TranslationRecipe) else {}
        return {"max_length": recipe.max_length, **self.span.model_dump(), **own, "at": f"{place}."}

    def building(self, recipe: Recipe) -> dict[str, int]:
        """What a family's head takes as keyword arguments when it is new: of a decoder its layers and positions."""
        if not isinstance(recipe, TranslationRecipe):
            return {}
        return {"layers": recipe.decoder_layers, "length": recipe.target_length}

    def evaluated(self, task: str, languages: Sequence[str], tunes_on: str | None) -> list[tuple[str, str]]:
        """The (split, language) pairs a target is predicted on; `languages` are those of a benchmark's name (`prepare`
        leaves them in task.json), `tunes_on` comes first. What is scored under a condition (`test@swap-0.10`) stands at
        the end, so that nothing before it changes."""
        pairs: list[tuple[str, str]] = []
        for split, chosen in self.tasks[task].evaluate.items():
            for language in languages if isinstance(chosen, str) else chosen:
                pairs += [(split, language)] if tunes_on in (None, split) else [(tunes_on, language), (split, language)]
        scored = [(split, language) for split, language in pairs if split in self.tasks[task].evaluate]
        noised = product(self.conditions.get(task, ()), scored)
        return pairs + [(paths.under(split, one), language) for one, (split, language) in noised]

    def source(self, name: str) -> Source:
        """The recipe of a source by name."""
        if name not in self.sources:
            raise unknown("source", name, self.sources)
        return self.sources[name]
