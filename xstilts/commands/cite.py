"""`xstilts cite`: BibTeX for what a table used."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xstilts.commands.bibtex import Entry, bibliography, entries
from xstilts.commands.output import note
from xstilts.commands.project import enter
from xstilts.commands.tasks import complete
from xstilts.errors import InputError, missing
from xstilts.params import Params, read_params
from xstilts.tasks import load

METHOD = (
    "Phang, Calixto, Htut, Pruksachatkun, Liu, Vania, Kann, Bowman 2020: English Intermediate-Task Training Improves "
    "Zero-Shot Cross-Lingual Transfer Too. AACL. arXiv 2005.13013"
)
XTREME = (
    "Hu, Ruder, Siddhant, Neubig, Firat, Johnson 2020: XTREME: A Massively Multilingual Multi-task Benchmark for "
    "Evaluating Cross-lingual Generalisation. ICML. arXiv 2003.11080"
)
XTREME_R = (
    "Ruder et al. 2021: XTREME-R: Towards More Challenging and Nuanced Multilingual Evaluation. EMNLP. arXiv 2104.07412"
)
ENCODERS = {  # how the name of an encoder's repository or folder begins, with or without its owner
    "xlm-roberta": "Conneau et al. 2020: Unsupervised Cross-lingual Representation Learning at Scale. ACL. "
    "arXiv 1911.02116",
    "multilingual-e5": "Wang, Yang, Huang, Yang, Majumder, Wei 2024: Multilingual E5 Text Embeddings: A Technical "
    "Report. arXiv 2402.05672",
    "bert-base-multilingual": "Devlin, Chang, Lee, Toutanova 2019: BERT: Pre-training of Deep Bidirectional "
    "Transformers for Language Understanding. NAACL. arXiv 1810.04805",
}


def cite(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAMES]...", help="These data sets instead.", autocompletion=complete),
    ] = None,
    table: Annotated[
        Path | None, typer.Option("--table", help="A published table, such as results/real; else the present one.")
    ] = None,
) -> None:
    """Print BibTeX for what a table used.

    These are the paper whose method this is, the benchmark, the encoder if it is a known one, and every data set
    behind a row or a column. Where the data are generated there is no data set to cite.

    \b
    Examples:
      xstilts cite > used.bib
      xstilts cite --table results/real
      xstilts cite xnli mnli
    """
    if names and table:
        raise InputError("xstilts cite: found data sets and --table, expected one of the two")
    found = [entry for name in names for entry in _of_task(name)] if names else _of_table(table)
    print(bibliography(found))


def _of_table(table: Path | None) -> list[Entry]:
    """What stands behind the table of a folder, or of `params.yaml`."""
    folder = None if table is None else Path.cwd() / table
    root = enter()
    params = read_params((folder or root) / "params.yaml") if folder is None or folder.is_dir() else None
    if params is None:
        raise missing(table or root, "folder")
    texts = [METHOD, XTREME_R if uses_xtreme_r(params) else XTREME]
    encoder = params.backbone.repo or params.backbone.source
    own = [text for name, text in ENCODERS.items() if Path(encoder).name.startswith(name)]
    if params.backbone.kind != "pretrain" and not own:
        note(f"the encoder is not known here: please cite the makers of {encoder}")
    found = [entry for text in (*texts, *own) for entry in entries(text, "")]
    if params.data.kind == "generated":
        note("the data of this table are generated: no data set is cited; `xstilts cite xnli mnli` cites data sets")
        return found
    if any(one.mlm for one in params.sources.values()):
        note("some rows are trained on masked text: please cite where it comes from")
    return [*found, *(entry for name in used(params) for entry in _of_task(name))]


def _of_task(name: str) -> list[Entry]:
    return entries(load(name).citation, name)


def uses_xtreme_r(params: Params) -> bool:
    """Whether a target is scored in the languages of XTREME-R."""
    return any("xtreme-r" in task.benchmarks() for task in params.tasks.values())


def used(params: Params) -> list[str]:
    """The data sets behind the rows and columns, in that order; what is prepared but not used is not among them."""
    rows = [member for one in params.sources.values() for task in one.tasks for member in params.members(task)]
    targets = params.target_families()
    first = [task for target, group in targets.items() if group != "retrieval" for task in params.trainings_of(target)]
    return list(dict.fromkeys((*rows, *first, *targets)))
