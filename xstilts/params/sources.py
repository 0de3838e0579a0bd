"""The rows of the table: what the encoder is trained on before the target tasks."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from xstilts.errors import InputError
from xstilts.params.recipes import MaskedText, Own, Recipe, Sampling, Translated
from xstilts.params.section import Name, Section


class Source(Section):
    """A row of the table: what the encoder is trained on before the target task, and what target training takes over.

    Without tasks and masked text the encoder is used as it is. The keys of a recipe stand beside `tasks`.
    """

    tasks: list[str]
    """The tasks it is trained on: entries of `tasks` or `unions`; `[]` for none."""
    languages: Annotated[list[Name], Field(min_length=1)] = ["en"]
    """Languages of the training data, as published; each must be in the task's `train`. Without English the development
    set of a task is in these languages, too, if all of them are in the task's `dev`; else it is the English one. Cells
    of these languages are not zero-shot: they are marked, and no zero-shot mean has them."""
    translated: Translated | None = None
    """Translations of the training data, in the place of the English rows or beside them."""
    noised: str | None = None
    """A condition such as `swap-0.2`: the training rows have its noise, with the same ids and labels; development sets
    have none. Such a row shows that a study of noise can see an effect."""
    sampling: Sampling | None = None
    """How often each of several tasks is drawn. Several tasks need it."""
    shared_head: bool = False
    """Several tasks, one head: their labels must be the same."""
    each: dict[str, Own] = {}
    """Settings of single tasks among several."""
    mlm: MaskedText | None = None
    """Masked-LM steps on raw text, beside the tasks or alone."""
    head: Literal["new", "kept"] = "new"
    """Whether target tasks that ask the same question as one of `tasks` begin with a new head or keep the trained
    one."""
    translate_train: Translated | None = None
    """Translations of the target tasks' own English training sets."""
    target_selection: Literal["english", "last", "oracle"] = "english"
    """What chooses checkpoints of target trainings: English development sets, nothing (the end of the training), or
    the mean on the development sets of the target's other languages. Rows with the last two have their own table."""
    init: Literal["backbone", "random"] = "backbone"
    """Whether it starts from the encoder or from random weights."""
    shuffle_labels: bool = False
    """Train on the rows of its tasks with labels that are drawn anew from their own: every label is as often there, but
    says nothing. Its task must be classification. A control: what is left of a gain is not learnt from labels."""
    ablate: bool = False
    """Hide the premise, question or prompt in training and evaluation."""
    control: bool = False
    """A row to compare with, which is never part of the table."""
    recipe: Recipe | None = None
    """The recipe of the training. In the file its keys stand beside `tasks`."""

    @model_validator(mode="before")
    @classmethod
    def _flat_recipe(cls, value: Any) -> Any:
        """In the file the recipe's keys stand beside `tasks`, so that `-S sources.mnli.epochs=3` is short."""
        if not isinstance(value, dict) or "recipe" in value:
            return value
        recipe = {key: item for key, item in value.items() if key in Recipe.model_fields}
        own = {key: item for key, item in value.items() if key not in recipe}
        return {**own, "recipe": recipe} if recipe else own

    @model_validator(mode="after")
    def _trained_or_not(self) -> Source:
        if bool(self.tasks or self.mlm) != bool(self.recipe):
            raise ValueError(
                "a source has both tasks (or `mlm`) and their recipe (epochs or steps, lr, batch, max_length), "
                "or neither"
            )
        needs_tasks = (self.languages != ["en"], self.translated, self.noised, self.shuffle_labels, self.head == "kept")
        if not self.tasks and any(needs_tasks):
            raise ValueError("languages, translated, noised, shuffle_labels and head belong to a source with tasks")
        if self.trained and self.init == "random":
            raise ValueError(
                "init: random belongs to a source without tasks or mlm: what is trained starts from the backbone"
            )
        if self.shuffle_labels and self.control:
            raise ValueError("shuffle_labels: found with `control`, which is for a random or an ablated encoder")
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
    def own_languages(self) -> list[str]:
        """The languages other than English that labelled data, as published, are trained on."""
        if self.translated and self.translated.mode == "replace":
            return []
        return [language for language in self.languages if language != "en"]

    def saw(self, language: str) -> bool:
        """Whether it was trained on labelled data in a language other than English, also in a part such as `de-en`."""
        return not {*self.own_languages}.isdisjoint(language.split("-"))

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
