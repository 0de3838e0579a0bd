"""The official programs, run as they are: what each makes of a case of `tests/golden`.

XSTILTS_OFFICIAL names a folder with clones of google-research/xtreme (`xtreme`, @838c13b) and nyu-mll/jiant (`jiant`,
@daa5a258) and a folder `site` with seqeval 0.0.12 and faiss-cpu (`pip install --no-deps --target site seqeval==0.0.12
faiss-cpu`). Of a program only the definitions that are called are run, so that what it imports besides need not exist.
"""

from __future__ import annotations

import ast
import collections
import contextlib
import importlib.util
import io
import math
import os
import re
import string
import sys
import tempfile
import unicodedata
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import numpy as np

Case = dict[str, Any]
FOLDER = Path(os.environ.get("XSTILTS_OFFICIAL", "."))
AVAILABLE = "XSTILTS_OFFICIAL" in os.environ
REASON = "XSTILTS_OFFICIAL is not set: no folder with the official programs"

XTREME, JIANT = "google-research/xtreme @838c13b69daa", "nyu-mll/jiant @daa5a258e3af"
SEQEVAL = "with seqeval 0.0.12"
SOURCES = {  # metric -> where its figures come from
    "accuracy": f"{XTREME} evaluate.py accuracy",
    "average_precision": f"{XTREME} third_party/utils_lareqa.py average_precision_at_k",
    "averages": f"{XTREME} evaluate.py evaluate, given the scores of each task and language",
    "bucc": f"{XTREME} third_party/utils_retrieve.py bucc_optimize, bucc_extract; evaluate.py bucc_f1",
    "ccg": f"{JIANT} jiant/tasks/evaluate/core.py CCGEvaluationScheme",
    "choice": f"{JIANT} jiant/tasks/evaluate/core.py MultipleChoiceAccuracyEvaluationScheme",
    "mining": f"{XTREME} third_party/utils_retrieve.py mine_bitext, read_candidate2score",
    "mlqa": f"{XTREME} third_party/evaluate_mlqa.py evaluate",
    "panx": f"{XTREME} evaluate.py f1 {SEQEVAL}",
    "perplexity": f"{JIANT} jiant/tasks/evaluate/core.py MLMEvaluationScheme",
    "qqp": f"{JIANT} jiant/tasks/evaluate/core.py AccAndF1EvaluationScheme",
    "reciprocal_rank": f"{XTREME} third_party/utils_mewslix.py evaluate",
    "squad": f"{XTREME} third_party/evaluate_squad.py evaluate",
    "squad_v2": f"{JIANT} jiant/tasks/lib/templates/squad_style/utils.py squad_evaluate",
    "tatoeba": f"{XTREME} third_party/utils_retrieve.py similarity_search; evaluate.py accuracy",
    "udpos": f"{XTREME} evaluate.py f1 {SEQEVAL}",
}


@cache
def program(file: str) -> SimpleNamespace:
    """The top-level functions, classes and constants of a file that can be made without its imports."""
    namespace: dict[str, Any] = {
        "__name__": file, "collections": collections, "Counter": collections.Counter, "np": np, "os": os, "re": re,
        "string": string, "sys": sys, "unicodedata": unicodedata, "Metrics": SimpleNamespace,
        "math": math, "maybe_tqdm": lambda items, **_: items,
    }  # fmt: skip
    namespace |= {name: getattr(sys.modules["typing"], name) for name in ("Dict", "List", "Mapping", "Optional")}
    namespace |= {name: getattr(sys.modules["typing"], name) for name in ("Sequence", "Tuple", "Union", "Any")}
    if file.endswith("evaluate.py"):
        namespace |= vars(site("seqeval/metrics/sequence_labeling.py"))
    if file.endswith("core.py"):
        from sklearn.metrics import f1_score

        namespace["f1_score"] = f1_score
    if file.endswith("utils_retrieve.py"):
        sys.path.append(str(FOLDER / "site"))
        import faiss

        faiss.omp_set_num_threads(1)
        namespace["faiss"] = faiss
    tree = ast.parse((FOLDER / file).read_text(encoding="utf-8"))
    for node in tree.body:
        if not isinstance(node, (ast.Import, ast.ImportFrom, ast.If)):
            # A definition that needs what is not here is left out; a call would say so.
            with contextlib.suppress(NameError, AttributeError), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                exec(compile(_future(node), file, "exec", dont_inherit=True), namespace)
    return SimpleNamespace(**namespace)


def _future(node: ast.stmt) -> ast.Module:
    """A module of one statement, whose annotations are not evaluated."""
    future = ast.parse("from __future__ import annotations").body
    return ast.Module([*future, node], type_ignores=[])


@cache
def site(file: str) -> Any:
    """A file of the site folder as a module of its own, beside whatever version is installed."""
    spec = importlib.util.spec_from_file_location(f"official_{Path(file).stem}", FOLDER / "site" / file)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(metric: str, case: Case) -> Case:
    """The official figures of a case, or the name of the exception that stopped the program."""
    try:
        with (
            contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()),
            warnings.catch_warnings(), np.errstate(all="ignore"),
        ):  # fmt: skip
            warnings.simplefilter("ignore")
            figures: Case = PROGRAMS[metric](case)
    except Exception as error:
        return {"error": type(error).__name__}
    return figures


def _articles(case: Case) -> tuple[list[Case], dict[str, str]]:
    """Questions as a SQuAD document and a prediction file."""
    questions = case["questions"]
    qas = [{"id": str(n), "answers": [{"text": a} for a in q["answers"]]} for n, q in enumerate(questions)]
    predictions = {str(n): q["prediction"] for n, q in enumerate(questions) if q["prediction"] is not None}
    return [{"paragraphs": [{"qas": qas}]}], predictions


def squad(case: Case) -> Case:
    scores = program("xtreme/third_party/evaluate_squad.py").evaluate(*_articles(case))
    return {"em": scores["exact_match"], "f1": scores["f1"]}


def mlqa(case: Case) -> Case:
    scores = program("xtreme/third_party/evaluate_mlqa.py").evaluate(*_articles(case), case["language"])
    return {"em": scores["exact_match"], "f1": scores["f1"]}


def squad_v2(case: Case) -> Case:
    utils = program("jiant/jiant/tasks/lib/templates/squad_style/utils.py")
    questions = case["questions"]
    examples = [
        SimpleNamespace(qas_id=str(n), answers=[{"text": a} for a in q["answers"]]) for n, q in enumerate(questions)
    ]
    predictions = {str(n): q["prediction"] for n, q in enumerate(questions) if q["prediction"] is not None}
    no_answer = {str(n): q["no_answer"] for n, q in enumerate(questions) if q["prediction"] is not None}
    found = utils.squad_evaluate(examples, predictions, no_answer, case["threshold"])
    names = {
        "exact": "em", "f1": "f1", "HasAns_exact": "em_answerable", "HasAns_f1": "f1_answerable",
        "NoAns_exact": "em_unanswerable", "NoAns_f1": "f1_unanswerable", "best_exact": "best_em", "best_f1": "best_f1",
        "best_exact_thresh": "best_em_threshold", "best_f1_thresh": "best_f1_threshold",
    }  # fmt: skip
    return {name: found[key] for key, name in names.items() if key in found}


def tags(case: Case) -> Case:
    found: Case = program("xtreme/evaluate.py").f1(case["gold"], case["predicted"])
    return found


def accuracy(case: Case) -> Case:
    if len(case["gold"]) != len(case["predicted"]):
        raise AssertionError  # evaluate_one_task checks it before it calls the metric
    found: Case = program("xtreme/evaluate.py").accuracy(case["gold"], case["predicted"])
    return found


def qqp(case: Case) -> Case:
    scheme = program("jiant/jiant/tasks/evaluate/core.py").AccAndF1EvaluationScheme
    gold, predicted = (np.array([int(label) for label in case[side]]) for side in ("gold", "predicted"))
    minor = scheme.compute_metrics_from_preds_and_labels(predicted, gold).minor
    return {"accuracy": 100 * minor["acc"], "f1": 100 * minor["f1"], "accuracy_and_f1": 100 * minor["acc_and_f1"]}


def choice(case: Case) -> Case:
    scheme = program("jiant/jiant/tasks/evaluate/core.py").MultipleChoiceAccuracyEvaluationScheme()
    accumulator = SimpleNamespace(get_accumulated=lambda: np.array(case["scores"]))
    predicted = scheme.get_preds_from_accumulator(None, accumulator)
    found = scheme.compute_metrics_from_preds_and_labels(predicted, np.array(case["gold"]))
    return {"accuracy": 100 * found.major}


def ccg(case: Case) -> Case:
    """A gold tag None is masked; jiant cuts labels and mask at the maximum length, so a cut word is no position."""
    scheme = program("jiant/jiant/tasks/evaluate/core.py").CCGEvaluationScheme
    width = max(map(len, case["gold"]))
    ids = {tag: n for n, tag in enumerate(sorted({t for row in case["gold"] + case["predicted"] for t in row if t}))}
    labels, answers = [], np.full((len(case["gold"]), width), -1)
    for number, (gold, predicted) in enumerate(zip(case["gold"], case["predicted"], strict=True)):
        shown = [tag is not None and n < len(predicted) for n, tag in enumerate(gold)] + [False] * (width - len(gold))
        label_ids = [ids[tag] if tag is not None else -1 for tag in gold] + [-1] * (width - len(gold))
        labels.append({"label_ids": np.array(label_ids), "label_mask": np.array(shown, dtype=int)})
        answers[number, : len(predicted)] = [ids[tag] for tag in predicted]
    found = scheme.compute_metrics_from_preds_and_labels(answers, labels)
    if np.isnan(found.major):
        raise ZeroDivisionError
    return {"accuracy": 100 * found.major}


def bucc(case: Case) -> Case:
    """The threshold from `dev`, applied to `test`; files are the lines and dictionaries that the program reads."""
    retrieve, evaluate = program("xtreme/third_party/utils_retrieve.py"), program("xtreme/evaluate.py")
    dev, test = ({(s, e): score for s, e, score in case[split]["candidates"]} for split in ("dev", "test"))
    threshold = retrieve.bucc_optimize(dev, {"\t".join(pair) for pair in case["dev"]["gold"]})
    found = retrieve.bucc_extract(test, threshold, None)
    return {"threshold": float(threshold), **evaluate.bucc_f1(["\t".join(p) for p in case["test"]["gold"]], found)}


def mining(case: Case) -> Case:
    """Mined pairs of line numbers with their margins, best first, after the lines that stand twice were dropped."""
    retrieve = program("xtreme/third_party/utils_retrieve.py")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for side in ("source", "english"):
            lines = case[f"{side}_lines"]
            (folder / side).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
            (folder / f"{side}.id").write_text("".join(f"{n}\n" for n in range(len(lines))), encoding="utf-8")
        x, y = (np.array(case[side], dtype=np.float32) for side in ("source", "english"))
        files = [str(folder / file) for file in ("source", "english")]
        retrieve.mine_bitext(x, y, *files, str(folder / "found"), neighborhood=case["neighbours"])
        ids = [f"{file}.id" for file in files]
        found = retrieve.read_candidate2score(str(folder / "found"), *files, *ids)
    ordered = sorted(found.items(), key=lambda item: -item[1])
    return {"pairs": [[int(s), int(e)] for (s, e), _ in ordered], "margins": [score for _, score in ordered]}


def tatoeba(case: Case) -> Case:
    """English lines are the queries; the index of the nearest source line is the answer."""
    x, y = (np.array(case[side], dtype=np.float32) for side in ("source", "english"))
    found = program("xtreme/third_party/utils_retrieve.py").similarity_search(x, y, x.shape[1], normalize=True)
    answers = [str(int(index)) for (index,) in found]
    return {"nearest": [int(answer) for answer in answers], **accuracy({"gold": case["gold"], "predicted": answers})}


def average_precision(case: Case) -> Case:
    found = program("xtreme/third_party/utils_lareqa.py").average_precision_at_k(
        case["relevant"], case["ranking"], case["k"]
    )
    return {"average_precision": found}


def reciprocal_rank(case: Case) -> Case:
    """The mean over mentions as a fraction; a mention whose ranking is null is missing."""
    gold = {str(n): [mention["gold"]] for n, mention in enumerate(case["mentions"])}
    rankings = {str(n): m["ranking"] for n, m in enumerate(case["mentions"]) if m["ranking"] is not None}
    return {"mean": program("xtreme/third_party/utils_mewslix.py").evaluate(gold, rankings, case["k"])}


def perplexity(case: Case) -> Case:
    losses = np.array([loss for loss, _ in case["batches"]])
    accumulator = SimpleNamespace(get_accumulated=lambda: losses)
    scheme = program("jiant/jiant/tasks/evaluate/core.py").MLMEvaluationScheme()
    found = scheme.compute_metrics_from_accumulator(None, accumulator, None, None)
    if not np.isfinite(losses).all() or not len(losses):
        raise ValueError  # the program would go on with nan
    return {"perplexity": float(found.minor["perplexity"])}


def averages(case: Case) -> Case:
    """`evaluate` with the given scores of every task and language in the place of files."""
    given = case["scores"]
    found = program("xtreme/evaluate.py").evaluate
    path = SimpleNamespace(join=os.path.join, exists=lambda _: True)
    instead = {
        "os": SimpleNamespace(walk=lambda _: iter([("", list(given), [])]), path=path),
        "evaluate_one_task": lambda predictions, labels, task, language: (
            given[task].get(language) or given[task]["all"]
        ),
    }
    with patch.dict(found.__globals__, instead):
        overall, detailed = found("predictions", "labels", case["benchmark"])
    return {"overall": overall, "tasks": {task: detailed[task]["avg_metric"] for task in given}}


PROGRAMS: dict[str, Callable[[Case], Case]] = {
    "accuracy": accuracy, "average_precision": average_precision, "averages": averages, "bucc": bucc, "ccg": ccg,
    "choice": choice, "mining": mining, "mlqa": mlqa, "panx": tags, "perplexity": perplexity, "qqp": qqp,
    "reciprocal_rank": reciprocal_rank, "squad": squad, "squad_v2": squad_v2, "tatoeba": tatoeba, "udpos": tags,
}  # fmt: skip
