"""Where the comments of a set come from, and where vectors of them are kept."""

from __future__ import annotations

from ..assessment.models import Company
from ..db import Stores
from ..instruments.definition import Definition
from ..instruments.models import Round
from ..instruments.queries import definition_of
from . import store
from .models import ThemeSet
from .sorting import Models, comments_by_set


def models_for(stores: Stores, assessment_id: int, source: str, state: str) -> Models:
    """What a set of this state is sorted by. No vectors are kept of a survey, whose people were
    promised anonymity."""
    kept = (
        store.vectors_folder(stores, assessment_id, source) if state in ("open", "list") else None
    )
    return Models(stores.settings.text_model_folder, kept)


def main_language(stores: Stores, definition: Definition) -> str:
    """The language that comments of a form are in where they do not tell: the company's if the
    form has it."""
    with stores.core.reading() as session:
        company = session.get(Company, 1)
    spoken = definition.languages
    return company.language if company and company.language in spoken else spoken[0]


def texts_of(stores: Stores, row: ThemeSet) -> list[str]:
    """The comments of a set as they were sorted; those of a frozen one as the survey has them."""
    if row.state != "frozen":
        with stores.core.reading() as session:
            return store.load(session, row).base.facts.texts()
    from ..release.sources import anonymous_source

    with stores.core.reading() as session:
        found = session.get_one(Round, int(row.source.partition(":")[2]))
    definition = definition_of(stores, found.version_id)
    comments = anonymous_source(stores, found, definition).comments
    sets = comments_by_set(comments, str(row.run.get("main", definition.languages[0])))
    return [c.text for c in sets.get((row.role, row.language), [])]
