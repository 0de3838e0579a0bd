"""What lies in the place of a file, and parts of one: recognised by their beginnings and their names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.formats.damage import PAGE, POINTER
from tests.tasks.published import put, put_hub
from xstilts.errors import InputError
from xstilts.formats.corpus import read_corpus
from xstilts.formats.hub import read_hub, shards
from xstilts.formats.text import read_lines
from xstilts.pretraining.corpus import read as read_pretraining
from xstilts.tasks import load

STAND_INS = {
    "git-lfs": (POINTER, "a git-lfs pointer, expected the file: `git lfs pull`"),
    "git-annex": (b"/annex/objects/SHA256E-s12--ab.txt\n", "a git-annex pointer"),
    "DVC": (b"outs:\n- md5: " + b"0" * 32 + b"\n  path: a.txt\n", "a DVC pointer"),
    "page": (PAGE, "a server's page or error"),
    "page after blanks and a comment": (b"\xef\xbb\xbf\n <!-- x -->\n<HTML lang='en'>\n", "a server's page or error"),
    "error of a bucket": (b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", "a server's page or error"),
    "a status": (b"404: Not Found", "a server's page or error"),
    "a message": (b'{"message": "Not Found", "status": "404"}', "a server's page or error"),
    "a hub's words": (b"Access to dataset x/y is restricted. You must be authenticated.", "a server's page or error"),
    "gzip": (b"\x1f\x8b\x08\x00aaaa", "a gzip file, expected text"),
    "zip": (b"PK\x03\x04aaaa", "a zip file, expected text"),
    "parquet": (b"PAR1aaaa", "a parquet file, expected text"),
}


@pytest.mark.parametrize("name", STAND_INS)
def test_stand_ins_are_named(name: str, tmp_path: Path) -> None:
    content, message = STAND_INS[name]
    (tmp_path / "a.txt").write_bytes(content)
    with pytest.raises(InputError, match=rf"a\.txt: found {message}"):
        read_lines(tmp_path / "a.txt")


@pytest.mark.parametrize(
    "line", ["404 people came.", "The file was not found.", "version 2", "<b>Bold</b>", "BZh", "{message}", "Error 7"]
)
def test_sentences_that_begin_like_one_are_text(line: str, tmp_path: Path) -> None:
    put(tmp_path / "a.txt", f"{line}\nAnother.\n")
    assert read_lines(tmp_path / "a.txt") == [line, "Another."]


SHORT_PAGE = "<html><head><title>502 Bad Gateway</title></head><body></body></html>"
INSIDE = {  # what half a file goes on with
    "page": ("half a sen" + PAGE.decode(), "a server's page"),
    "page after a blank": ("half a " + PAGE.decode(), "a server's page"),
    "page of capitals": ("half\n" + PAGE.decode().upper(), "a server's page"),
    "page in Hindi": ("आधी पंक्ति" + SHORT_PAGE, "a server's page"),
    "page in one line": (f"half\n{SHORT_PAGE}\n", "a server's page"),
    "page in a cut line": (f"half a sen{SHORT_PAGE}\n", "a server's page"),
    "page and the rest": (f"half a sen{PAGE.decode()}rest\nMore.\n", "a server's page"),
    "page without an end": ("half\n<!DOCTYPE html>\n<html>\n<head><title>Error 503", "a server's page"),
    "page for people": ("half a <html>\n<body>\nPlease wait\n</body></html>\n<!-- x -->\n", "a server's page"),
    "nginx": ("ha<html>\r\n<head><title>504 Gateway Time-out</title></head>\r\n</html>\r\n", "a server's page"),
    "error of a bucket": ("ha<?xml version='1.0'?>\n<Error><Code>SlowDown</Code>", "a server's error"),
    "status": ("half\n503 Service Unavailable", "a server's error"),
    "status in a cut line": ("half a sen503 Service Unavailable\n", "a server's error"),
    "status and the rest": ("ha\n429: Too Many Requests\nrest\n", "a server's error"),
    "status of a protocol": ("half\nHTTP/1.1 404 Not Found\n", "a server's error"),
    "JSON": ('half a sen{"error": "Forbidden"}', "a server's error"),
    "JSON in lines": ('half\n{\n  "message": "Not Found",\n  "status": 404\n}\nrest\n', "a server's error"),
    "JSON in JSON": ('half\n{"error": {"code": 503, "message": "The service is unavailable."}}\n', "a server's error"),
    "git-lfs": ("half a sen" + POINTER.decode(), "a git-lfs pointer"),
    "git-lfs with CRLF": ("half\n" + POINTER.decode().replace("\n", "\r\n") + "rest", "a git-lfs pointer"),
    "git-annex": ("ha/annex/objects/SHA256E-s12--ab.txt\n", "a git-annex pointer"),
    "DVC": (f"half\nouts:\n- md5: {'0' * 32}\n  path: a.txt\n", "a DVC pointer"),
}


@pytest.mark.parametrize("name", INSIDE)
def test_half_a_file_and_something_else(name: str, tmp_path: Path) -> None:
    rest, message = INSIDE[name]
    put(tmp_path / "a.txt", f"One.\n{rest}")
    line = 3 if re.match(r"(half|ha)\n", rest) else 2
    with pytest.raises(InputError, match=rf"a\.txt:{line}: found {message} in the middle of the file \(.+\), expected"):
        read_lines(tmp_path / "a.txt")


HONEST = [
    "A page begins with <html> and ends with </html>.", "<html> is a tag.", "<html>", "<!DOCTYPE html>", "</html>",
    f"The server sent {SHORT_PAGE}", f"1\t{SHORT_PAGE}\tneutral", f'{{"context": "{SHORT_PAGE}"}}', f"({SHORT_PAGE})",
    "<title>404 Not Found</title>", "It answered 503 Service Unavailable", "Room 404 not found.",
    "404 Not Found is a page.",
        '{"message": "hello", "label": 1}', 'It sent {"error": "x"}', 'body={"error": "x"}', '{"error": "x"',
    "version https://git-lfs.github.com/spec/v1", "outs:", "Look below .git/annex/objects/ for it.", "<Error>", "503",
]  # fmt: skip


@pytest.mark.parametrize("line", HONEST)
@pytest.mark.parametrize("end", ["\n", ""])
def test_rows_about_pages_are_text(line: str, end: str, tmp_path: Path) -> None:
    put(tmp_path / "a.txt", f"One.\n{line}\nAnother.\n{line}{end}")
    assert read_lines(tmp_path / "a.txt") == ["One.", line, "Another.", line]


def test_a_lesson_about_pages_is_text(tmp_path: Path) -> None:
    lines = ["It begins with <html>", "and <head>.", "Then <title>404 Not Found</title> stands there.", "End: </html>"]
    put(tmp_path / "a.txt", "\n".join(lines))
    assert read_lines(tmp_path / "a.txt") == lines


def test_text_to_learn_from_that_is_a_pointer(tmp_path: Path) -> None:
    put(tmp_path / "mono/de.txt", "Ein Haus.\n" + POINTER.decode())
    with pytest.raises(InputError, match=r"de\.txt:2: found a git-lfs pointer"):
        read_pretraining(tmp_path, ["mono"])


def test_equal_pages_are_no_retrieval_set(tmp_path: Path) -> None:
    for side in ("deu", "eng"):
        (tmp_path / f"tatoeba.deu-eng.{side}").write_bytes(PAGE)
    with pytest.raises(InputError, match=r"tatoeba\.deu-eng\.deu: found a server's page or error"):
        load("tatoeba").readers["native"](tmp_path, tmp_path, "test", "de")


PARTS = {  # names of files, and the message
    "all": (["00000-of-00002", "00001-of-00002"], None),
    "one": (["00000-of-00001"], None),
    "one with a hash": (["00000-of-00001-3b5f4c7e1d2a"], None),
    "the last lacks": (["00000-of-00003", "00001-of-00003"], "found 2 parts without part 2, expected all 3"),
    "the first lacks": (["00001-of-00002"], "found 1 parts without part 0, expected all 2"),
    "a middle one lacks": (["00000-of-00003", "00002-of-00003"], "without part 1, expected all 3"),
    "two wholes": (["00000-of-00002", "00001-of-00003"], "found another number of parts than in"),
    "twice": (["00000-of-00001", "00000-of-00001 (1)"], "found part 0 again, expected it once"),
    "twice in two wholes": (["00000-of-00001", "00000-of-00002", "00001-of-00002"], "found part 0 again"),
    "too many": (["00000-of-00001", "00001-of-00001"], "found a part 1, expected 1 parts"),
    "without a number": (["00000-of-00001", "copy"], "train-copy.parquet: found no number of a part"),
    "two without numbers": (["a", "b"], "found a second file beside train-a.parquet"),
}


@pytest.mark.parametrize("name", PARTS)
def test_names_of_parts_are_believed(name: str, tmp_path: Path) -> None:
    files, message = PARTS[name]
    for number, file in enumerate(files):
        put_hub(tmp_path / f"train-{file}.parquet", [{"text": f"row {number}"}])
    if message is None:
        assert len(shards(tmp_path, "train")) == len(files)
        return
    with pytest.raises(InputError, match=message):
        list(read_hub(tmp_path, "train", {"text": str}))


def test_the_same_content_under_two_names_is_refused(tmp_path: Path) -> None:
    for number in range(2):
        put_hub(tmp_path / f"train-0000{number}-of-00002.parquet", [{"text": "row"}])
    with pytest.raises(InputError, match=r"00001-of-00002\.parquet: found the same content as in train-00000-of"):
        shards(tmp_path, "train")


def test_both_forms_of_a_split_are_refused(tmp_path: Path) -> None:
    put_hub(tmp_path / "train-00000-of-00001.parquet", [{"text": "a"}])
    put_hub(tmp_path / "train/0000.parquet", [{"text": "b"}])
    with pytest.raises(InputError, match=r"found train-00000-of-00001\.parquet and train/0000\.parquet, expected one"):
        shards(tmp_path, "train")


def test_numbers_without_a_total_have_no_gap(tmp_path: Path) -> None:
    for number in (0, 2):
        put_hub(tmp_path / f"train/000{number}.parquet", [{"text": f"{number}"}])
    with pytest.raises(InputError, match="found 2 parts without part 1, expected every number"):
        shards(tmp_path, "train")


def test_raw_text_may_be_the_first_parts(tmp_path: Path) -> None:
    """`download` fetches train-00000-of-* of each language only; a gap is refused there, too."""
    put_hub(tmp_path / "20231101.de/train-00000-of-00009.parquet", [{"text": "eins\nzwei"}])
    assert list(read_corpus(tmp_path, "wikipedia", "de")) == ["eins", "zwei"]
    put_hub(tmp_path / "20231101.de/train-00002-of-00009.parquet", [{"text": "drei"}])
    with pytest.raises(InputError, match="found 2 parts without part 1"):
        list(read_corpus(tmp_path, "wikipedia", "de"))


QUOTES = {
    "two rows in one field": 'a\t"b\tneutral\r\nc\td"\tneutral\r\n',
    "a tab in a field": '"a\tx"\tb\tneutral\r\n',
    "up to the end": 'a\tb\tneutral\r\n"c\td\tneutral\r\n',
    "in the middle of a field": '"a" b\tc\tneutral\r\n',
}


@pytest.mark.parametrize("name", QUOTES)
def test_quotes_that_merge_rows(name: str, tmp_path: Path) -> None:
    put(tmp_path / "dev-de.tsv", QUOTES[name])
    with pytest.raises(
        InputError, match=r"dev-de\.tsv:\d: (found a quote that is not closed|not valid CSV|found \d f)"
    ):
        load("xnli").readers["xtreme"](tmp_path, tmp_path, "dev", "de")


def test_a_treebank_that_came_twice(tmp_path: Path) -> None:
    for folder in ("UD_German-GSD", "UD_German-GSD (1)"):
        put(tmp_path / folder / "de_gsd-ud-test.conllu", "1\tHaus\t_\tNOUN\t_\t_\t0\t_\t_\t_\n\n")
    with pytest.raises(InputError, match="found this treebank twice, expected it once"):
        load("udpos").readers["native"](tmp_path, tmp_path, "test", "de")
