"""Belebele: questions about passages of FLORES in 122 languages; four answers. Reading, not knowledge."""

from __future__ import annotations

from pathlib import Path

from xstilts.errors import unknown
from xstilts.formats.english_questions import SIZES, read_english
from xstilts.formats.questions import add_question
from xstilts.formats.rows import Rows, one_of
from xstilts.formats.text import read_jsonl
from xstilts.tasks import Hub, Task

CODES = (
    "acm_Arab afr_Latn als_Latn amh_Ethi apc_Arab arb_Arab arb_Latn ars_Arab ary_Arab arz_Arab asm_Beng azj_Latn "
    "bam_Latn ben_Beng ben_Latn bod_Tibt bul_Cyrl cat_Latn ceb_Latn ces_Latn ckb_Arab dan_Latn deu_Latn ell_Grek "
    "eng_Latn est_Latn eus_Latn fin_Latn fra_Latn fuv_Latn gaz_Latn grn_Latn guj_Gujr hat_Latn hau_Latn heb_Hebr "
    "hin_Deva hin_Latn hrv_Latn hun_Latn hye_Armn ibo_Latn ilo_Latn ind_Latn isl_Latn ita_Latn jav_Latn jpn_Jpan "
    "kac_Latn kan_Knda kat_Geor kaz_Cyrl kea_Latn khk_Cyrl khm_Khmr kin_Latn kir_Cyrl kor_Hang lao_Laoo lin_Latn "
    "lit_Latn lug_Latn luo_Latn lvs_Latn mal_Mlym mar_Deva mkd_Cyrl mlt_Latn mri_Latn mya_Mymr nld_Latn nob_Latn "
    "npi_Deva npi_Latn nso_Latn nya_Latn ory_Orya pan_Guru pbt_Arab pes_Arab plt_Latn pol_Latn por_Latn ron_Latn "
    "rus_Cyrl shn_Mymr sin_Latn sin_Sinh slk_Latn slv_Latn sna_Latn snd_Arab som_Latn sot_Latn spa_Latn srp_Cyrl "
    "ssw_Latn sun_Latn swe_Latn swh_Latn tam_Taml tel_Telu tgk_Cyrl tgl_Latn tha_Thai tir_Ethi tsn_Latn tso_Latn "
    "tur_Latn ukr_Cyrl urd_Arab urd_Latn uzn_Latn vie_Latn war_Latn wol_Latn xho_Latn yor_Latn zho_Hans zho_Hant "
    "zsm_Latn zul_Latn"
).split()
SHORT = {  # languages that other sets here have; the others have the code of the file, as `acm-arab`
    "afr_Latn": "af", "arb_Arab": "ar", "azj_Latn": "az", "bul_Cyrl": "bg", "ben_Beng": "bn", "deu_Latn": "de",
    "ell_Grek": "el", "eng_Latn": "en", "spa_Latn": "es", "est_Latn": "et", "eus_Latn": "eu", "pes_Arab": "fa",
    "fin_Latn": "fi", "fra_Latn": "fr", "guj_Gujr": "gu", "heb_Hebr": "he", "hin_Deva": "hi", "hat_Latn": "ht",
    "hun_Latn": "hu", "ind_Latn": "id", "ita_Latn": "it", "jpn_Jpan": "ja", "jav_Latn": "jv", "kat_Geor": "ka",
    "kaz_Cyrl": "kk", "kor_Hang": "ko", "lit_Latn": "lt", "mal_Mlym": "ml", "mar_Deva": "mr", "zsm_Latn": "ms",
    "mya_Mymr": "my", "nld_Latn": "nl", "pan_Guru": "pa", "pol_Latn": "pl", "por_Latn": "pt", "ron_Latn": "ro",
    "rus_Cyrl": "ru", "swh_Latn": "sw", "tam_Taml": "ta", "tel_Telu": "te", "tha_Thai": "th", "tgl_Latn": "tl",
    "tur_Latn": "tr", "ukr_Cyrl": "uk", "urd_Arab": "ur", "vie_Latn": "vi", "wol_Latn": "wo", "yor_Latn": "yo",
    "zho_Hans": "zh", "als_Latn": "sq", "amh_Ethi": "am", "ces_Latn": "cs", "grn_Latn": "gn", "hau_Latn": "ha",
    "hrv_Latn": "hr", "hye_Armn": "hy", "ibo_Latn": "ig", "kir_Cyrl": "ky", "mkd_Cyrl": "mk", "npi_Deva": "ne",
    "nya_Latn": "ny", "plt_Latn": "mg", "sin_Sinh": "si", "sna_Latn": "sn", "som_Latn": "so", "srp_Cyrl": "sr",
    "swe_Latn": "sv", "uzn_Latn": "uz", "zul_Latn": "zu",
}  # fmt: skip
FILES = {SHORT.get(code, code.lower().replace("_", "-")): f"{code}.jsonl" for code in CODES}
ANSWERS = tuple(f"mc_answer{number}" for number in range(1, 5))
FIELDS = dict.fromkeys(("link", "flores_passage", "question", *ANSWERS), str) | {"question_number": int}


def read_native(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """<code>.jsonl of Belebele.zip. An id is the passage's link and the number of its question: the same in all
    languages. English training and development sets come from the folder `labels`."""
    if split != "test":
        return read_english(labels, split, language)
    if language not in FILES:
        raise unknown("language", language, FILES, str(raw))
    rows = Rows()
    for where, row in read_jsonl(raw / FILES[language], FIELDS | {"correct_answer_num": object}):
        # The archive has numbers, the hub texts.
        label = int(one_of(str(row["correct_answer_num"]), ("1", "2", "3", "4"), where)) - 1
        prompt = f"{row['flores_passage'].strip()} {row['question'].strip()}"
        name = f"{row['link'].rstrip('/').rpartition('/')[2]}-{row['question_number']}"
        add_question(rows, name, prompt, [row[answer] for answer in ANSWERS], label, where)
    return rows


def read_hub_files(raw: Path, labels: Path, split: str, language: str) -> Rows:
    """The same files in the folder `data` of facebook/belebele."""
    return read_native(raw / "data", labels, split, language)


TASK = Task(
    name="belebele",
    family="choice",
    metric="choice_accuracy",
    languages=tuple(FILES),
    readers={"native": read_native, "hub": read_hub_files},
    counts={**SIZES, "test": 900},
    licence="CC BY-SA 4.0",
    citation="Bandarkar et al. 2024: The Belebele Benchmark: a Parallel Reading Comprehension Dataset in 122 Language "
    "Variants. ACL. arXiv 2308.16884",
    # Commit as pinned in a public project.
    origin=(Hub("facebook/belebele", "7899cdfa4e1e0d733fd77c848e2c273cb1d32be2", ("data/*.jsonl",)),),
    notes={"texts": "the passages are FLORES-200's: not independent of results on it, or on SIB-200"},
)
