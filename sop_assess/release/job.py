"""The jobs that turn what was collected into released cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ..analysis.disclosure import NAMED, Rule, quotes_allowed, rule_of
from ..analysis.frames import Frame
from ..analysis.guard_response import own_invited, response_cells
from ..analysis.registries import READINGS
from ..analysis.results import Cell
from ..db import Stores, now
from ..errors import ConflictError, NotFoundError
from ..instruments.catalogue import default_catalogue
from ..instruments.definition import Definition
from ..instruments.identity import Unit, names_only
from ..instruments.kind import Kind
from ..instruments.models import Round
from ..instruments.queries import definition_of
from ..instruments.registries import KINDS
from ..jobs import Progress, part_of, quietly
from ..themes.cells import note_cells, protect_themes, set_cells
from ..themes.keeping import ToKeep
from ..themes.sorting import Plan, about, sort_source
from ..themes.sources import main_language
from ..translatable import marked
from .extras import method_cells
from .figures import groups, item_cells, topic_cells
from .guarded import guarded_cells
from .import_edition import import_edition
from .opening import open_ballots
from .redaction import hold_back
from .sources import Source, anonymous_source, named_source
from .store import Edition, forget_rehearsal, is_released, write_release
from .theming import keeping, plan_for, to_keep

# What a named round is looked at by; an anonymous one has its catalogue.
GROUPINGS = {"interview": (), "shadow": ("role",), "shop": ("location",)}


def close_round(stores: Stores, progress: Progress, round_id: int) -> dict[str, Any]:
    """Close an anonymous round: open its ballots and release its figures."""
    progress(0.05, marked("Opening the ballots"))
    opened = open_ballots(stores, round_id, now=now())
    return {"answers": opened.answers, "set_aside": opened.set_aside,
            **release_round(stores, progress, round_id)}  # fmt: skip


def release_round(stores: Stores, progress: Progress, round_id: int) -> dict[str, Any]:
    """Release the figures of a round as a new edition; an anonymous round has closed before."""
    found = _round(stores, round_id)
    kind = KINDS[found.kind]
    if kind.anonymous and found.state != "closed":
        raise ConflictError("A staff survey is released once, when it closes.")
    if kind.anonymous and is_released(stores, found.assessment_id, f"round:{found.id}"):
        raise ConflictError("The figures of this survey were released before; they stay.")
    definition = definition_of(stores, found.version_id)
    progress(0.2, marked("Reading the answers"))
    read = anonymous_source if kind.anonymous else named_source
    source = read(stores, found, definition)
    edition, cells = _edition(found, definition, source, progress)
    progress(0.5, marked("Sorting the comments into themes"))
    sets = _themes(stores, found, source, definition, part_of(progress, 0.5, 0.9))
    release_id = write_release(stores, edition, cells, within=keeping(sets), now=now())
    return {"release": release_id, "assessment": found.assessment_id}


def rehearse_round(stores: Stores, progress: Progress, round_id: int) -> dict[str, Any]:
    """Fill the pages of a round that is not open yet with invented, watermarked figures."""
    from .rehearsal import invented_source

    found = _round(stores, round_id)
    if found.state != "planned":
        raise ConflictError("Only a round that is not open yet can be rehearsed.")
    definition = definition_of(stores, found.version_id)
    progress(0.1, marked("Inventing answers"))
    main = main_language(stores, definition)
    source = invented_source(stores, found, definition, main)
    edition, cells = _edition(found, definition, source, progress, rehearsal=True)
    cells += _invented_themes(found, source, main, part_of(progress, 0.5, 0.9))
    forget_rehearsal(stores, found.assessment_id, edition.source)
    return {"release": write_release(stores, edition, cells, now=now())}


def release_import(stores: Stores, progress: Progress, file_id: int) -> dict[str, Any]:
    """Release what an imported file shows."""
    edition, cells, sets = import_edition(stores, file_id, progress)
    release_id = write_release(stores, edition, cells, within=keeping(sets), now=now())
    return {"release": release_id, "assessment": edition.assessment_id}


def _edition(
    found: Round,
    definition: Definition,
    source: Source,
    progress: Progress,
    *,
    rehearsal: bool = False,
) -> tuple[Edition, list[Cell]]:
    kind = KINDS[found.kind]
    rule = rule_of(found.policy) if kind.anonymous else NAMED
    progress(0.3, marked("Counting"))
    cells = figure_cells(
        source.frame, kind, rule, _catalogue(found, definition, source.frame),
        lambda share, step: progress(0.3 + 0.2 * share, step), found.counts.get("units"),
    )  # fmt: skip
    if not kind.anonymous:
        cells += [*note_cells(source.comments), *method_cells(source)]
    summary: dict[str, Any] = {
        "n": _told(cells, source.frame, rule), "population": source.frame.population,
        "set_aside": found.set_aside,
    }  # fmt: skip
    if not _enough_wrote(source, rule):
        summary["themes"] = {"note": "too_few_respondents"}
    edition = Edition(
        found.assessment_id, f"round:{found.id}", kind.method, asdict(rule),
        source.input_hash, summary, rehearsal,
    )  # fmt: skip
    return edition, cells


def figure_cells(
    frame: Frame,
    kind: Kind,
    rule: Rule,
    names: Sequence[str] = (),
    progress: Progress = quietly,
    came: Mapping[str, int] | None = None,
) -> list[Cell]:
    """Every figure of a round that is no text, as it may be published. `names` : the catalogue of
    an anonymous round; `came` : how many ballots arrived from each unit."""
    reading = READINGS[kind.reading]
    if kind.anonymous:
        cells = guarded_cells(frame, reading, names, rule, progress=progress)
        return [*cells, *response_cells(frame.groupings["unit"], rule, came)]
    among = groups(frame, GROUPINGS.get(frame.method, ()))
    return [*item_cells(frame, among), *topic_cells(frame, reading, among)]


def _catalogue(found: Round, definition: Definition, frame: Frame) -> list[str]:
    """The catalogue that was fixed when the round opened; the default for rounds without one."""
    names: list[str] = found.policy.get("catalogue", [])
    if names:
        return names
    unit = frame.groupings.get("unit")
    if unit is None:
        return []
    parents = [unit.names[above] if above >= 0 else None for above in unit.parents]
    known = zip(unit.names, own_invited(unit), parents, strict=True)
    units = [Unit(name, name, invited, parent) for name, invited, parent in known]
    return default_catalogue(units, definition.attributes)


def _themes(
    stores: Stores, found: Round, source: Source, definition: Definition, progress: Progress
) -> list[ToKeep]:
    """The sets of themes of a round. An anonymous one shows its themes when people have sorted
    them; where it promised that nobody reads its comments they stay as they were sorted."""
    anonymous = KINDS[found.kind].anonymous
    rule = rule_of(found.policy) if anonymous else NAMED
    if not _enough_wrote(source, rule):
        return []
    closed = names_only(found.label, found.policy)
    plan = plan_for(
        stores, found.assessment_id, f"round:{found.id}", main=main_language(stores, definition),
        state="frozen" if closed else "draft" if anonymous else "open",
        minimum=rule.minimum_quotes, now=now(),
    )  # fmt: skip
    return [
        to_keep(one, plan, rule, lambda cells: hold_back(found, cells))
        for one in sort_source(source.comments, plan, progress)
    ]


def _invented_themes(found: Round, source: Source, main: str, progress: Progress) -> list[Cell]:
    """The themes of a rehearsal, which nobody sorts."""
    rule = rule_of(found.policy) if KINDS[found.kind].anonymous else NAMED
    plan = Plan(main, "open", rule.minimum_quotes, "")
    if not _enough_wrote(source, rule):
        return []
    return [
        cell
        for one in sort_source(source.comments, plan, progress)
        for cell in protect_themes(set_cells(one.measured, about(one, plan, None)), rule)
    ]


def _enough_wrote(source: Source, rule: Rule) -> bool:
    """Comments of an anonymous round stay closed below the minimum of respondents."""
    people = source.frame.n_submissions
    return quotes_allowed(people, people, rule.minimum_quotes)


def _told(cells: Sequence[Cell], frame: Frame, rule: Rule) -> int | None:
    """How many answered, unless that would tell who is missing or who alone took part."""
    hidden = any(c.statistic == "response" and c.group == "all" and c.shown == "hidden"
                 for c in cells)  # fmt: skip
    return None if hidden or frame.n_submissions < rule.minimum_group else frame.n_submissions


def _round(stores: Stores, round_id: int) -> Round:
    with stores.core.reading() as session:
        found = session.get(Round, round_id)
    if found is None:
        raise NotFoundError("This round does not exist.")
    return found
