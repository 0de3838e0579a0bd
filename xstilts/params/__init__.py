"""The schema of `params.yaml`. An unknown key or a wrong type is refused before anything runs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PositiveInt, ValidationError, model_validator

from xstilts.errors import InputError

FAMILIES = ("classification", "tagging", "span", "choice", "retrieval", "dual")


def _number(value: Any) -> Any:
    """YAML 1.1 reads `3e-5` as text (it wants `3.0e-5`), and `dvc exp run -S lr=3e-5` writes just that."""
    is_number = isinstance(value, str) and re.fullmatch(r"[+-]?\d+(\.\d*)?[eE][+-]?\d+", value)
    return float(value) if is_number else value


Real = Annotated[float, BeforeValidator(_number)]
Rate = Annotated[float, BeforeValidator(_number), Field(gt=0, lt=1)]
Benchmark = Literal["xtreme", "xtreme-r"]  # a list of languages that the task's file writes down
Share = Annotated[float, BeforeValidator(_number), Field(ge=0, le=1)]


class Section(BaseModel):
    """A part of `params.yaml`: no unknown keys, no silent conversions, immutable."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)


class Data(Section):
    """Where raw files lie and what they are. Only `full` data must have exactly the declared counts."""

    raw: str
    kind: Literal["full", "cut-down", "generated"]


class DataSet(Section):
    """How one data set is given: its layout, its folders below `data.raw`, and the split each language is scored on."""

    layout: Literal["native", "xtreme", "xtreme-by-source", "xtreme-held-out", "hub"]
    raw: str
    labels: str
    train: Annotated[list[str], Field(min_length=1)] = ["en"]  # languages whose training split is prepared
    dev: list[str] = []  # languages other than English whose development split is prepared, for an oracle
    evaluate: dict[Literal["dev", "test"], list[str] | Benchmark] = {}
    note: str | None = None  # what every table that rests on it has to say, such as that its labels are a stand-in

    @model_validator(mode="after")
    def _one_benchmark(self) -> DataSet:
        if len(self.benchmarks()) > 1:
            raise ValueError(f"evaluate: found the lists of {' and '.join(self.benchmarks())}, expected one of them")
        return self

    def benchmarks(self) -> list[str]:
        """The benchmarks whose list of languages stands in the place of languages: none or one."""
        return sorted({chosen for chosen in self.evaluate.values() if isinstance(chosen, str)})


class Optimisation(Section):
    """What all fine-tuning shares (JIANT: AdamW, 10 % warm-up, linear decay, clipping at 1)."""

    warmup: Share
    weight_decay: Annotated[Real, Field(ge=0, allow_inf_nan=False)]
    clip: Annotated[Real, Field(gt=0, allow_inf_nan=False)]
    precision: Literal["fp32", "bf16"]


class Recipe(Section):
    """Hyper-parameters of one training; its length is given in `epochs` or in optimiser `steps`."""

    epochs: PositiveInt | None = None
    steps: PositiveInt | None = None
    lr: Rate
    batch: PositiveInt
    max_length: PositiveInt
    accumulate: PositiveInt = 1
    selection: Literal["best", "last"] = "best"
    evaluations: PositiveInt = 5
    freeze_embeddings: bool = False
    max_examples: PositiveInt | None = None

    @model_validator(mode="after")
    def _whole_micro_batches(self) -> Recipe:
        if self.batch % self.accumulate:
            raise ValueError(f"batch {self.batch} is not a multiple of accumulate {self.accumulate}")
        if (self.epochs is None) == (self.steps is None):
            raise ValueError("found both or neither of epochs and steps, expected one of them")
        return self


class DualRecipe(Recipe):
    """The same for a dual encoder: `max_length` is that of its candidates."""

    query_length: PositiveInt


class Sampling(Section):
    """How often each of several tasks is drawn: by the size of its training set, evenly, or something between.

    Weights are min(size, cap), 1, or min(size, cap) ** (1 / temperature). 2^17 is the cap that the project's
    description of the paper gives; JIANT has the rules, but no value.
    """

    rule: Literal["proportional", "uniform", "temperature"]
    cap: PositiveInt | None = 2**17
    temperature: Annotated[Real, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _of_this_rule(self) -> Sampling:
        if (self.rule == "temperature") != (self.temperature is not None):
            raise ValueError(
                f"rule {self.rule}: found temperature {self.temperature}; it belongs to 'temperature' alone"
            )
        return self


class MaskedText(Section):
    """Masked-LM steps on raw text: their share of all steps, and the languages of their text.

    A step's language is drawn with p ** smoothing of its share p of the lines (Lample & Conneau 2019); all lines of a
    step are of that language. `held_out` lines of each language are kept for the perplexity.
    """

    share: Annotated[Share, Field(gt=0)]
    languages: Annotated[list[str], Field(min_length=1)]
    lines: PositiveInt | None = None  # of each language; all there are if not given
    smoothing: Share = 0.7
    mask: Rate = 0.15
    batch: PositiveInt | None = None  # both those of the recipe if not given
    max_length: PositiveInt | None = None
    held_out: PositiveInt = 100


class Translated(Section):
    """Machine-translated training data: languages of `translations`, which replace the English rows or are added."""

    languages: Annotated[list[str], Field(min_length=1)]
    mode: Literal["replace", "add"]
    by: str | None = None  # the translator, where a task has translations by several


class Own(Section):
    """Settings of one task among several; the others are those of the recipe."""

    epochs: PositiveInt | None = None
    batch: PositiveInt | None = None
    max_length: PositiveInt | None = None


class Source(Section):
    """A row of the table: what the encoder is trained on before the target task, and what target training takes over.

    Without tasks and masked text the encoder is used as it is. `control` rows are never part of the table, and rows
    whose target checkpoints are chosen otherwise than on English development sets have a table of their own: `last`
    takes the end of the training, `oracle` the best mean on the development sets of the target's other languages.
    """

    tasks: list[str]
    languages: Annotated[list[str], Field(min_length=1)] = ["en"]  # of the training data, as published
    translated: Translated | None = None
    sampling: Sampling | None = None
    shared_head: bool = False  # several tasks, one head: their labels must be the same
    each: dict[str, Own] = {}
    mlm: MaskedText | None = None
    head: Literal["new", "kept"] = "new"  # of target tasks that ask the same question as one of `tasks`
    translate_train: Translated | None = None  # translations of the target tasks' own English training sets
    target_selection: Literal["english", "last", "oracle"] = "english"  # what chooses target checkpoints
    init: Literal["backbone", "random"] = "backbone"
    ablate: bool = False  # hide the premise, question or prompt in training and evaluation
    control: bool = False
    recipe: Recipe | None = None

    @model_validator(mode="before")
    @classmethod
    def _flat_recipe(cls, value: Any) -> Any:
        """In the file the recipe's keys stand beside `tasks`, so that `-S sources.mnli.epochs=3` is short."""
        if not isinstance(value, dict) or "recipe" in value:
            return value
        own = {key: item for key, item in value.items() if key in cls.model_fields}
        rest = {key: item for key, item in value.items() if key not in cls.model_fields}
        return {**own, "recipe": rest} if rest else own

    @model_validator(mode="after")
    def _trained_or_not(self) -> Source:
        if bool(self.tasks or self.mlm) != bool(self.recipe):
            raise ValueError(
                "a source has both tasks (or `mlm`) and their recipe (epochs or steps, lr, batch, max_length), "
                "or neither"
            )
        if not self.tasks and (self.languages != ["en"] or self.translated or self.head == "kept"):
            raise ValueError("languages, translated and head belong to a source with tasks")
        if len(set(self.tasks)) < len(self.tasks):
            raise ValueError(f"tasks: found {', '.join(self.tasks)}, expected no task twice")
        return self

    @model_validator(mode="after")
    def _rule_for_several(self) -> Source:
        several = len(self.tasks) > 1
        if several and not self.sampling:
            raise ValueError(
                f"found {len(self.tasks)} tasks and no rule how often each is drawn; give `sampling: {{rule: ...}}` "
                "with proportional, uniform or temperature"
            )
        if not several and (self.sampling or self.shared_head or self.each):
            raise ValueError("sampling, shared_head and each are about several tasks, but there are not several")
        if unknown := sorted(set(self.each) - set(self.tasks)):
            raise ValueError(f"each: '{unknown[0]}' is not among the tasks {', '.join(self.tasks)}")
        return self

    @model_validator(mode="after")
    def _masked_steps(self) -> Source:
        if self.mlm and self.recipe:
            if (self.mlm.share == 1) != (not self.tasks):
                raise ValueError(
                    f"mlm.share: found {self.mlm.share}, expected 1 without tasks and less than 1 with them"
                )
            if not self.tasks and self.recipe.steps is None:
                raise ValueError("masked text alone has no epochs: give `steps`")
        return self

    @property
    def trained(self) -> bool:
        """Whether the encoder is trained at all."""
        return self.recipe is not None

    def recipe_of(self, task: str) -> Recipe:
        """The recipe of one of the tasks, or of the masked text (`mlm`)."""
        assert self.recipe  # asked of trained sources alone
        given: Section | None = self.mlm if task == "mlm" else self.each.get(task)
        own = {name: getattr(given, name, None) for name in Own.model_fields} if given else {}
        own = {name: value for name, value in own.items() if value is not None}
        if "epochs" in own and self.recipe.steps:
            raise InputError(
                f"params.yaml: each.{task}.epochs: found epochs beside the recipe's steps, expected one of them"
            )
        return self.recipe.model_copy(update=own)


class SpanSettings(Section):
    """Windows and decoding of span tasks (JIANT templates/squad_style/core.py: 128, 64, 30, 20)."""

    stride: PositiveInt
    question_length: PositiveInt
    answer_length: PositiveInt
    nbest: PositiveInt


class RetrievalSettings(Section):
    """Sentence vectors: mean over tokens of hidden layer round(layer x depth); 14/24 is the paper's layer 14 of 24."""

    layer: str
    pooling: Literal["mean", "cls"]
    max_length: PositiveInt

    @model_validator(mode="after")
    def _fraction(self) -> RetrievalSettings:
        try:
            share = Fraction(self.layer)
        except (ValueError, ZeroDivisionError):
            raise ValueError(f"layer: found {self.layer!r}, expected a fraction of the depth such as '14/24'") from None
        if not 0 <= share <= 1:
            raise ValueError(f"layer: found {self.layer!r}, expected a fraction between 0 and 1")
        return self


class RetrievalTarget(Section):
    """Settings of one retrieval task; `neighbours` is k of BUCC's margin."""

    neighbours: PositiveInt = 4


class Served(Section):
    """A target that a shared training serves: it has no settings of its own."""


class Targets(Section):
    """The columns of the table by family; `squad` has those that one training on SQuAD v1.1 serves, `copa` the one
    that training on Social IQa and then on COPA serves."""

    classification: dict[str, Recipe] = {}
    tagging: dict[str, Recipe] = {}
    span: dict[str, Recipe] = {}
    choice: dict[str, Recipe] = {}
    squad: dict[str, Served] = {}
    copa: Annotated[dict[str, Served], Field(max_length=1)] = {}  # dvc.yaml has one chain a target
    retrieval: dict[str, RetrievalTarget] = {}
    dual: dict[str, DualRecipe] = {}


class Architecture(Section):
    """Size of an XLM-R-architecture encoder that is pretrained here."""

    layers: PositiveInt
    hidden: PositiveInt
    heads: PositiveInt
    intermediate: PositiveInt
    positions: PositiveInt
    dropout: Share
    initializer_range: Real


class Pretraining(Section):
    """Masked (and translation) language modelling from raw text."""

    steps: PositiveInt
    tokens_per_batch: PositiveInt
    lr: Rate
    warmup: Share
    weight_decay: Annotated[Real, Field(ge=0, allow_inf_nan=False)]
    mask: Rate
    parallel_share: Annotated[float, BeforeValidator(_number), Field(ge=0, lt=1)]
    max_length: PositiveInt
    seed: int


class Backbone(Section):
    """The encoder that everything starts from: `hub` copies a snapshot, `pretrain` makes a small one from raw text."""

    kind: Literal["hub", "pretrain"]
    source: str = Field(alias="from")
    repo: str | None = None
    revision: Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")] | None = None
    monolingual: list[str] = []
    parallel: str | None = None
    vocabulary: PositiveInt | None = None
    seed_pieces: bool = False  # count candidate pieces over running text: for small vocabularies, where it matters
    architecture: Architecture | None = None
    pretraining: Pretraining | None = None

    @model_validator(mode="after")
    def _complete(self) -> Backbone:
        needed = ("repo", "revision") if self.kind == "hub" else ("vocabulary", "architecture", "pretraining")
        missing = [name for name in needed if getattr(self, name) is None]
        if missing:
            raise ValueError(f"kind '{self.kind}' also needs: {', '.join(missing)}")
        return self


class Corpus(Section):
    """Raw text for masked-LM steps: `<language>.txt` with a text a line, or Wikipedia as on the hub."""

    source: str = Field(alias="from")
    layout: Literal["text", "wikipedia"]
    repo: str | None = None  # where it is to be fetched, with the languages and the dump under `downloads`
    revision: Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")] | None = None


class TranslatorTraining(Section):
    """A small Marian model made from line-aligned text; `held_out` lines of it measure its quality."""

    layers: PositiveInt
    hidden: PositiveInt
    heads: PositiveInt
    dropout: Share
    vocabulary: PositiveInt
    steps: PositiveInt
    tokens_per_batch: PositiveInt
    lr: Rate
    held_out: PositiveInt
    seed: int


class Translator(Section):
    """A machine that translates from English. With `train` it is made here, without it is a snapshot of a hub's."""

    engine: Literal["marian", "nllb", "m2m100"]
    source: str = Field(alias="from")
    repo: str | None = None
    revision: Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")] | None = None
    languages: Annotated[dict[str, str], Field(min_length=1)]  # language -> the model's name for it ("" if it has one)
    beam: PositiveInt = 1
    batch: PositiveInt
    max_length: PositiveInt  # tokens of a sentence; longer ones are cut
    train: TranslatorTraining | None = None

    @model_validator(mode="after")
    def _made_or_taken(self) -> Translator:
        if self.train and self.engine != "marian":
            raise ValueError(f"train: engine '{self.engine}' cannot be trained here, only marian")
        if not self.train and not (self.repo and self.revision):
            raise ValueError("a translator that is not trained here also needs: repo, revision")
        return self


class Translation(Section):
    """The English training set of a task in another language: by a translator, or as somebody published it."""

    task: str
    language: str
    by: str
    source: str = Field(alias="from")
    layout: Literal["xnli-mt", "hub", "mlqa", "pawsx", "xtreme"] | None = None

    @model_validator(mode="after")
    def _published_or_made(self) -> Translation:
        if (self.by == "published") != (self.layout is not None):
            raise ValueError("`by: published` and a `layout` go together: give both or neither")
        return self


class Params(Section):
    """The whole file."""

    profile: str
    data: Data
    seeds: Annotated[list[int], Field(min_length=1)]
    threads: PositiveInt
    miniature: dict[str, dict[str, Any]]
    downloads: dict[str, dict[str, Any]]
    tasks: dict[str, DataSet]
    unions: dict[str, Annotated[list[str], Field(min_length=2)]] = {}  # several data sets as one task
    corpus: Corpus
    backbone: Backbone
    optimisation: Optimisation
    translators: dict[str, Translator] = {}
    translations: dict[str, Translation] = {}
    sources: Annotated[dict[str, Source], Field(min_length=1)]
    targets: Targets
    squad: Recipe
    siqa: Recipe | None = None  # both only with `targets.copa`
    copa: Recipe | None = None
    span: SpanSettings
    retrieval: RetrievalSettings

    @model_validator(mode="after")
    def _names(self) -> Params:
        for union, members in self.unions.items():
            for task in members:
                if task not in self.tasks:
                    raise ValueError(f"unions.{union}: unknown task '{task}'; `tasks` has {', '.join(self.tasks)}")
        for name in {*self.unions, *self.translations, "mlm"} & set(self.tasks):
            raise ValueError(f"'{name}' is the name of a task, expected another for the union or translation")
        for source, recipe in self.sources.items():
            for task in recipe.tasks:
                if task not in self.tasks and task not in self.unions:
                    known = ", ".join((*self.tasks, *self.unions))
                    raise ValueError(f"sources.{source}: unknown task '{task}'; `tasks` and `unions` have {known}")
                for member in self.members(task):
                    for language in recipe.translated.languages if recipe.translated else ():
                        by = recipe.translated.by if recipe.translated else None
                        self.translation(member, language, by, f"sources.{source}")
        for target in self.target_families():
            if target not in self.tasks:
                raise ValueError(f"targets: '{target}' is not in `tasks`, which has {', '.join(self.tasks)}")
        for name, one in self.sources.items():
            self.record_of(name)
            if one.target_selection != "english" and [*self.sources.values()].count(one) > 1:
                raise ValueError(
                    f"sources.{name}: another source has the same recipe and '{one.target_selection}', too"
                )
        every = [target for group in Targets.model_fields for target in getattr(self.targets, group)]
        for target in every:
            if every.count(target) > 1:
                raise ValueError(f"targets: found '{target}' in two groups, expected it in one")
        for name in ("siqa", "copa") if self.targets.copa else ():
            if getattr(self, name) is None or name not in self.tasks:
                raise ValueError(f"targets.copa: also needs '{name}' in `tasks` and a section `{name}` with its recipe")
        if len(set(self.seeds)) < len(self.seeds):
            raise ValueError(f"seeds: found {self.seeds}, expected no seed twice")
        return self

    @model_validator(mode="after")
    def _development_sets(self) -> Params:
        """What an oracle chooses on must not be what is scored."""
        for name, task in self.tasks.items():
            chosen = task.evaluate.get("dev", [])
            if task.dev and (isinstance(chosen, str) or {*task.dev} & {*chosen}):
                raise ValueError(
                    f"tasks.{name}.dev: found {', '.join(task.dev)}, but evaluate.dev scores {chosen}; an oracle must "
                    "not choose on what is scored"
                )
        return self

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

    @model_validator(mode="after")
    def _translations(self) -> Params:
        for name, one in self.translations.items():
            place = f"translations.{name}"
            if one.task not in self.tasks:
                raise ValueError(f"{place}: unknown task '{one.task}'; `tasks` has {', '.join(self.tasks)}")
            if one.by == "published":
                continue
            if one.by not in self.translators:
                known = ", ".join([*self.translators, "published"])
                raise ValueError(f"{place}.by: found '{one.by}', expected one of: {known}")
            if one.source != f"models/translators/{one.by}":
                raise ValueError(f"{place}.from: found '{one.source}', expected 'models/translators/{one.by}'")
            if one.language not in (served := self.translators[one.by].languages):
                raise ValueError(f"{place}.language: found '{one.language}', which {one.by} does not serve; "
                                 f"expected one of: {', '.join(served)}")  # fmt: skip
        return self

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
            raise InputError(f"params.yaml: unknown target '{name}'; there are: {', '.join(self.target_families())}")
        return {"squad": "span", "copa": "choice"}.get(group, group)

    def trainings(self) -> list[str]:
        """Every target training, in the order of the targets."""
        return list(dict.fromkeys(one for target, group in self.target_families().items() if group != "retrieval"
                                  for one in self.trainings_of(target)))  # fmt: skip

    def training(self, name: str) -> Recipe:
        """The recipe of the target training called `name`: a trained target, `squad_v1`, `siqa` or `copa`."""
        shared = {"squad_v1": self.squad, "siqa": self.siqa, "copa": self.copa}.get(name)
        if shared is not None:
            return shared
        for group in ("classification", "tagging", "span", "choice", "dual"):
            recipes: dict[str, Recipe] = getattr(self.targets, group)
            if name in recipes:
                return recipes[name]
        raise InputError(f"params.yaml: '{name}' is not a target that is trained")

    def training_of(self, target: str) -> str:
        """The training set behind a target: SQuAD v1.1 for those under `targets.squad`, COPA for the one under
        `targets.copa`, else its own."""
        if target in self.targets.copa:
            return "copa"
        return "squad_v1" if target in self.targets.squad else target

    def trainings_of(self, target: str) -> tuple[str, ...]:
        """Every target training behind a target, in order; the last is `training_of`."""
        return ("siqa", "copa") if target in self.targets.copa else (self.training_of(target),)

    def encoding(self, recipe: Recipe) -> dict[str, Any]:
        """What the families' encoders and decoders take as keyword arguments."""
        own = {"query_length": recipe.query_length} if isinstance(recipe, DualRecipe) else {}
        return {"max_length": recipe.max_length, **self.span.model_dump(), **own}

    def evaluated(self, task: str, languages: Sequence[str], tunes_on: str | None) -> list[tuple[str, str]]:
        """The (split, language) pairs a target is predicted on; `languages` are those of a benchmark's name (`prepare`
        leaves them in task.json), `tunes_on` comes first."""
        pairs: list[tuple[str, str]] = []
        for split, chosen in self.tasks[task].evaluate.items():
            for language in languages if isinstance(chosen, str) else chosen:
                pairs += [(split, language)] if tunes_on in (None, split) else [(tunes_on, language), (split, language)]
        return pairs

    def source(self, name: str) -> Source:
        """The recipe of a source by name."""
        if name not in self.sources:
            raise InputError(f"params.yaml: unknown source '{name}'; there are: {', '.join(self.sources)}")
        return self.sources[name]


def read_params(path: Path | str = "params.yaml") -> Params:
    """Read and check a params file. Raises `InputError` that names the file, the key, what was found and expected."""
    path = Path(path)
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"{path}: file not found (run from the root of the repository)") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8: {error.reason} at offset {error.start}") from None
    except yaml.YAMLError as error:
        raise InputError(f"{path}: not valid YAML: {' '.join(str(error).split())}") from None
    try:
        return Params.model_validate(content)
    except ValidationError as error:
        raise InputError("\n".join(_explain(path, problem) for problem in error.errors())) from None


def _explain(path: Path, problem: Any) -> str:
    """One line a person can act on for one pydantic error."""
    place = ".".join(str(part) for part in problem["loc"] if part != "recipe") or "the file"
    found = repr(problem["input"])
    found = found if len(found) <= 60 else found[:57] + "..."
    if problem["type"] == "extra_forbidden":
        return f"{path}: {place}: unknown key"
    if problem["type"] == "missing":
        return f"{path}: {place}: missing key"
    if problem["type"] == "value_error":
        return f"{path}: {place}: {problem['ctx']['error']}"
    return f"{path}: {place}: found {found}, expected: {problem['msg'].removeprefix('Input should be ')}"
