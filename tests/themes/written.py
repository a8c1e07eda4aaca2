"""Comments that nobody wrote, on a few subjects that no sorting can mix up."""

from __future__ import annotations

from functools import cache
from random import Random
from typing import Final

from sop_assess.db import Stores
from sop_assess.imports.models import ImportedComment, ImportedFile
from sop_assess.jobs import JobQueue, get_job
from sop_assess.themes.overviews import overviews
from sop_assess.themes.queries import SetView, theme_set
from tests.assessment.released import NOW, start
from tests.filled import Fill, fill

SUBJECTS: Final = {
    "S6": ("The driver {did} my parcel {when}", ("lost", "forgot", "crushed", "delayed")),
    "S7": ("The invoice shows the wrong {did} {when}", ("price", "discount", "tax", "total")),
    "S1": ("Nobody {did} my enquiry by phone {when}", ("answered", "noted", "took", "called back")),
    "S4": ("The stock list says the shelf is {did} {when}", ("full", "empty", "blocked", "ready")),
}  # fmt: skip
WHEN: Final = ("again", "on Monday", "since spring", "as always", "for weeks", "last month",
               "twice", "before noon", "after the call", "without a word")  # fmt: skip


def written(count: int, seed: int = 1) -> list[tuple[str, str]]:
    """Texts with their stage, all of them different."""
    dice = Random(seed)
    found = []
    for number in range(count):
        stage = list(SUBJECTS)[number % len(SUBJECTS)]
        pattern, words = SUBJECTS[stage]
        text = pattern.format(did=dice.choice(words), when=dice.choice(WHEN))
        found.append((f"{text} {_word(number)}", stage))
    return found


def imported(stores: Stores, assessment_id: int, comments: list[tuple[str, str]]) -> int:
    """The id of a file with these comments; its themes are released."""
    with stores.core.writing() as session:
        file = ImportedFile(assessment_id=assessment_id, kind="comments", source="Help desk",
                            file_name="x.csv", content_hash="0" * 64, mapping={},
                            rows=len(comments), imported_at=NOW)  # fmt: skip
        session.add(file)
        session.flush()
        session.add_all(
            ImportedComment(file_id=file.id, text=text, stage=stage) for text, stage in comments
        )
        file_id = file.id
    release(stores, file_id)
    return file_id


def release(stores: Stores, file_id: int) -> None:
    """Release what a file shows, again if it was released before."""
    job = get_job(stores, JobQueue(stores, inline=True).start("release_import", file_id=file_id))
    assert job.state == "done", job.message


def complaints(stores: Stores, count: int) -> SetView:
    """The themes of so many imported complaints, in empty stores; sorted once in a process."""
    found: SetView = fill(stores, _sorted(count))
    return found


@cache
def _sorted(count: int) -> Fill:
    def made(stores: Stores) -> SetView:
        assessment_id = start(stores)
        imported(stores, assessment_id, written(count))
        return only_set(stores, assessment_id)

    return made


def only_set(stores: Stores, assessment_id: int) -> SetView:
    """The one set of themes that there is."""
    (found,) = overviews(stores, assessment_id)
    return theme_set(stores, assessment_id, found.id)


def _word(number: int) -> str:
    """A different word for every number, such as bcd."""
    letters = "bcdfghjklmnpqrstvwxz"
    word = ""
    while True:
        word += letters[number % len(letters)]
        number //= len(letters)
        if not number:
            return word + "u"
