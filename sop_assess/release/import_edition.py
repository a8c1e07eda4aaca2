"""The edition of an imported file: themes of its complaints, or waits between its steps."""

from __future__ import annotations

from dataclasses import asdict

from ..analysis.disclosure import NAMED
from ..analysis.results import Cell
from ..assessment.models import Company
from ..db import Stores, now
from ..errors import NotFoundError
from ..imports.models import ImportedFile
from ..imports.queries import comment_rows, time_rows
from ..jobs import Progress
from ..themes.comments import Comment
from ..themes.keeping import ToKeep
from ..themes.sorting import sort_source
from ..translatable import marked
from .imported import wait_cells
from .store import Edition
from .theming import all_shown, plan_for, to_keep


def import_edition(
    stores: Stores, file_id: int, progress: Progress
) -> tuple[Edition, list[Cell], list[ToKeep]]:
    """What the release of one imported file says about itself, its cells, and its themes."""
    with stores.core.reading() as session:
        file = session.get(ImportedFile, file_id)
        company = session.get(Company, 1)
    if file is None:
        raise NotFoundError("This import does not exist.")
    language = company.language if company else "en"
    cells, sets = [], []
    if file.kind == "comments":
        sets = _themes(stores, file, language, progress)
    else:
        cells = _waits(stores, file, progress)
    summary = {"n": file.rows, "set_aside": file.set_aside, "source": file.source}
    edition = Edition(file.assessment_id, f"{file.kind}:{file.id}", "import", asdict(NAMED),
                      file.content_hash, summary)  # fmt: skip
    return edition, cells, sets


def _themes(stores: Stores, file: ImportedFile, language: str, progress: Progress) -> list[ToKeep]:
    """Complaints are masked already; a theme's share is its size among all of them."""
    comments = [
        Comment(text, "import", stage, None, "problem")
        for text, stage in comment_rows(stores, file.id)
    ]
    plan = plan_for(stores, file.assessment_id, f"{file.kind}:{file.id}", main=language,
                    state="open", minimum=NAMED.minimum_quotes, now=now())  # fmt: skip
    return [to_keep(one, plan, NAMED, all_shown) for one in sort_source(comments, plan, progress)]


def _waits(stores: Stores, file: ImportedFile, progress: Progress) -> list[Cell]:
    rows = time_rows(stores, file.id)
    progress(0.3, marked("Working out the waits"))
    return wait_cells(rows, file.mapping)
