"""The edition of an imported file: themes of its complaints, or waits between its steps."""

from __future__ import annotations

from ..analysis.results import Cell
from ..assessment.models import Company
from ..db import Stores
from ..errors import NotFoundError
from ..imports.models import ImportedFile
from ..imports.queries import comment_rows, time_rows
from ..jobs import Progress
from .imported import comment_cells, wait_cells
from .store import Edition


def import_edition(stores: Stores, file_id: int, progress: Progress) -> tuple[Edition, list[Cell]]:
    """What the release of one imported file says about itself, and its cells."""
    with stores.core.reading() as session:
        file = session.get(ImportedFile, file_id)
        company = session.get(Company, 1)
    if file is None:
        raise NotFoundError("This import does not exist.")
    language = company.language if company else "en"
    make = _comments if file.kind == "comments" else _times
    cells = make(stores, file, language, progress)
    summary = {"n": file.rows, "set_aside": file.set_aside, "source": file.source}
    rule = {"minimum_group": 1, "minimum_quotes": 1, "bands": False}
    edition = Edition(file.assessment_id, f"{file.kind}:{file.id}", "import", rule,
                      file.content_hash, summary)  # fmt: skip
    return edition, cells


def _comments(stores: Stores, file: ImportedFile, language: str, progress: Progress) -> list[Cell]:
    rows = comment_rows(stores, file.id)
    return comment_cells([text for text, _ in rows], [stage for _, stage in rows],
                         language=language, progress=progress)  # fmt: skip


def _times(stores: Stores, file: ImportedFile, language: str, progress: Progress) -> list[Cell]:
    rows = time_rows(stores, file.id)
    progress(0.3, "Working out the waits")
    return wait_cells(rows, file.mapping)
