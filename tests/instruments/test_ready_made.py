"""The ready-made definitions are complete in every variant and language, and survive tailoring."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sop_assess.errors import InvalidError, NotFoundError
from sop_assess.instruments.definition import STAGE_CODES, Definition, Item, stages_of
from sop_assess.instruments.ready_made import available, core_minutes, load, tailor
from sop_assess.instruments.registries import KINDS, QUESTIONS
from sop_assess.instruments.wording import OUR_WORDS, our_words

VARIANTS = ("goods", "services", "trade")
CODES = ("staff-survey", "short-survey", "interview-guide", "job-shadow", "mystery-case")
EVERY = tuple(itertools.product(CODES, VARIANTS))
HANDOFF_SIDES = {
    f"{giver}>{taker}:{side}"
    for giver, taker in itertools.pairwise(STAGE_CODES)
    for side in ("giver", "receiver")
}
OPEN_ROLES = {"keep", "problem", "note", "header", "clock", "impression"}

every_definition = pytest.mark.parametrize(("code", "variant"), EVERY)
stages = st.sets(st.sampled_from(STAGE_CODES))
definitions = st.sampled_from(EVERY).map(lambda pair: load(*pair))


def texts(value: Any) -> Iterator[dict[str, str]]:
    """Every text of a dumped definition."""
    if isinstance(value, list | tuple):
        for part in value:
            yield from texts(part)
    elif isinstance(value, dict) and "en" in value:
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from texts(part)


def items(definition: Definition) -> Iterator[Item]:
    return (item for section in definition.sections for item in section.items)


def subjects(definition: Definition) -> set[str | None]:
    return {leaf.subject for leaf in definition.leaves}


def test_list_names_every_ready_made_form() -> None:
    assert tuple(form.code for form in available()) == CODES
    for form in available():
        assert form.kind in KINDS
        assert form.variants == VARIANTS
        assert form.languages == ("en", "de")
        assert form.minutes >= 5
        assert set(form.title) == {"en", "de"}


@every_definition
def test_every_text_has_both_languages_and_no_leftovers(code: str, variant: str) -> None:
    for text in texts(load(code, variant).model_dump()):
        assert set(text) == {"en", "de"}, text
        for words in text.values():
            assert not re.search(r"[{}!]|[Pp]lease|\bbitte\b|[Ss]uccessfully", words), words
            assert words == words.strip()


@every_definition
def test_english_and_german_differ(code: str, variant: str) -> None:
    same = {
        text["en"]
        for text in texts(load(code, variant).model_dump())
        if len(set(text.values())) == 1
    }
    assert same <= {"Normal", "Chat"}


@pytest.mark.parametrize("name", sorted({*CODES}))
def test_files_never_say_a_key_twice(name: str) -> None:
    class Strict(yaml.SafeLoader):
        """Refuses a mapping with the same key twice, which YAML would silently merge."""

        def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
            keys = [key.value for key, _ in node.value]
            assert len(keys) == len(set(keys)), (keys, node.start_mark)
            return super().construct_mapping(node, deep)

    path = files("sop_assess.instruments") / "library" / f"{name.replace('-', '_')}.yaml"
    yaml.load(path.read_text(encoding="utf-8"), Loader=Strict)


@every_definition
def test_every_leaf_with_a_figure_says_what_it_is_about(code: str, variant: str) -> None:
    for leaf in load(code, variant).leaves:
        if leaf.item.role not in OPEN_ROLES:
            assert leaf.subject, leaf.code
            assert leaf.topic, leaf.code
        if leaf.subject and ">" in leaf.subject:
            giver, taker = stages_of(leaf.subject)
            assert (giver, taker) in set(itertools.pairwise(STAGE_CODES)), leaf.code


@every_definition
def test_settings_suit_the_question_type(code: str, variant: str) -> None:
    definition = load(code, variant)
    for item in items(definition):
        question = QUESTIONS[item.type]
        chooses = question.level in {"nominal", "multiple", "ordinal"}
        assert bool(definition.options(item)) == chooses, item.code
        assert bool(item.rows) == question.matrix, item.code
        assert item.scale is None or not item.options, item.code
        assert bool(item.ends) == (item.type == "rating"), item.code
        assert item.promise is None or (item.type, item.role) == ("duration", "clock"), item.code
        assert not item.asks_severity or item.role == "problem", item.code
        assert not item.comment_on_no or item.type == "fact", item.code
        codes = [option.code for option in definition.options(item)]
        assert len(codes) == len(set(codes)), item.code


@pytest.mark.parametrize("code", CODES)
def test_variants_share_codes_and_subjects(code: str) -> None:
    seen: dict[str, tuple[str, str | None, str | None]] = {}
    for variant in VARIANTS:
        for leaf in load(code, variant).leaves:
            about = (leaf.type, leaf.subject, leaf.topic)
            assert seen.setdefault(leaf.code, about) == about


@pytest.mark.parametrize("code", CODES)
def test_services_never_speak_of_goods(code: str) -> None:
    goods = re.compile(
        r"\b(goods|shelf|picking|shipping|stock|carrier|warehouse|deliver(y|ies|ed)?|items?"
        r"|Ware|Regal|Versand|Bestand|Bestandsliste|Spediteur|Lager|Liefer\w*|Artikel)\b"
    )
    for text in texts(load(code, "services").model_dump()):
        for words in text.values():
            assert not goods.search(words), words


def test_every_question_type_is_used() -> None:
    used = {leaf.type for code in CODES for leaf in load(code).leaves}
    assert used == set(QUESTIONS.keys())


@every_definition
def test_every_form_ends_with_what_to_keep_and_what_does_not_work(code: str, variant: str) -> None:
    asked = [leaf for leaf in load(code, variant).leaves if leaf.item.asks_stage]
    assert [leaf.item.role for leaf in asked] == ["keep", "problem"]
    for leaf in asked:
        words = " ".join(" ".join(text.values()) for text in (leaf.text, leaf.item.help or {}))
        assert re.search(r"example|one time|last time", words)
        assert re.search(r"Beispiel|letzte Mal", words)
    assert asked[1].item.asks_severity


@pytest.mark.parametrize("variant", VARIANTS)
def test_survey_is_short_and_asks_about_everything(variant: str) -> None:
    definition = load("staff-survey", variant)
    assert 28 <= len(definition.leaves) <= 34
    assert len(definition.sections) == 6
    assert subjects(definition) >= {*STAGE_CODES, *HANDOFF_SIDES}
    sides = [leaf for leaf in definition.leaves if leaf.subject in HANDOFF_SIDES]
    assert {leaf.topic for leaf in sides} == {"handoff"}


def test_survey_statements_can_be_skipped_and_agreeing_means_it_works() -> None:
    definition = load("staff-survey")
    for leaf in definition.leaves:
        if leaf.item.role is None and leaf.type != "fact":
            assert leaf.item.not_my_area, leaf.code
        if leaf.type == "likert_matrix":
            assert [option.favour for option in leaf.options] == [-1, -1, 0, 1, 1]
        assert not leaf.item.required


def test_short_survey_asks_ten_of_the_same_questions() -> None:
    for variant in VARIANTS:
        short, long = load("short-survey", variant), load("staff-survey", variant)
        assert len(short.leaves) == 10
        for leaf in short.leaves:
            same = long.by_code[leaf.code]
            assert (leaf.text, leaf.subject, leaf.topic) == (same.text, same.subject, same.topic)
            assert leaf.options == same.options
        assert subjects(short) >= set(STAGE_CODES)


@pytest.mark.parametrize("variant", VARIANTS)
def test_interview_guide_marks_every_stage_and_both_sides_of_every_handoff(variant: str) -> None:
    marks = [leaf for leaf in load("interview-guide", variant).leaves
             if leaf.item.scale == "mark"]  # fmt: skip
    assert {leaf.subject for leaf in marks} == {*STAGE_CODES, *HANDOFF_SIDES}
    for leaf in marks:
        assert [option.favour for option in leaf.options] == [1, 0, -1]
        assert leaf.section.stage in stages_of(leaf.subject or "")


@pytest.mark.parametrize("stage", STAGE_CODES)
def test_interview_core_for_one_stage_fits_into_45_minutes(stage: str) -> None:
    minutes = core_minutes(load("interview-guide"), {stage})
    assert 30 <= minutes <= 45
    assert core_minutes(load("interview-guide"), ()) < minutes


def test_interview_blocks_hold_the_same_slots_in_the_same_order() -> None:
    definition = load("interview-guide")
    blocks = {section.code: [item.code.removeprefix(f"{section.code}-") for item in section.items]
              for section in definition.sections if section.code in {"s1", "s4", "s8"}}  # fmt: skip
    assert blocks["s1"] == blocks["s4"] == blocks["s8"]
    assert {"last", "wait", "keep", "problem", "marks"} <= set(blocks["s1"])


@pytest.mark.parametrize("variant", VARIANTS)
def test_shadowing_checks_every_stage_and_asks_what_a_no_was(variant: str) -> None:
    checks = [leaf for leaf in load("job-shadow", variant).leaves if leaf.subject]
    assert {leaf.subject for leaf in checks} == {*STAGE_CODES, *HANDOFF_SIDES}
    assert all(leaf.type == "fact" and leaf.item.comment_on_no for leaf in checks)


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_episode_has_facts_a_clock_and_one_judgement(variant: str) -> None:
    episodes = [s for s in load("mystery-case", variant).sections if s.episode]
    assert [s.episode for s in episodes] == [f"M{n}" for n in range(1, 9)]
    assert [s.stage for s in episodes] == list(STAGE_CODES)
    for section in episodes:
        kinds = [item.type for item in section.items]
        assert len(kinds) <= 30
        assert kinds.count("likert") == 1
        assert kinds[-1] == "likert"
        assert any(item.promise for item in section.items), section.code
        assert any(item.weight == "critical" for item in section.items) or section.code == "m2"
        for item in section.items:
            judged = item.type == "fact" or item.promise is not None
            assert bool(item.standard) == judged, item.code


@pytest.mark.parametrize(
    ("code", "subject", "topic"),
    [
        ("m1-human", "S1", "response_time"),
        ("m1-reply", "S1", "response_time"),
        ("m4-stock", "S4", "capacity"),
        ("m6-on-date", "S6", "promise"),
        ("m7-equal", "S7", "accuracy"),
        ("m8-as-promised", "S8", "exceptions"),
    ],
)
def test_what_no_customer_forgives_is_critical(code: str, subject: str, topic: str) -> None:
    leaf = load("mystery-case").by_code[code]
    assert (leaf.subject, leaf.topic, leaf.weight) == (subject, topic, "critical")


@pytest.mark.parametrize(
    ("subject", "topic"),
    [("S1", "response_time"), ("S4", "capacity"), ("S6", "promise"),
     ("S7", "accuracy"), ("S8", "exceptions"), ("S8", "promise")],
)  # fmt: skip
def test_every_method_asks_about_the_same_things(subject: str, topic: str) -> None:
    for code in ("staff-survey", "interview-guide", "job-shadow", "mystery-case"):
        judged = {(leaf.subject, leaf.topic) for leaf in load(code).leaves
                  if leaf.type in {"likert_matrix", "fact"}}  # fmt: skip
        assert (subject, topic) in judged, code


@given(definitions, stages)
def test_skipped_stages_leave_nothing_behind(definition: Definition, skipped: set[str]) -> None:
    left = tailor(definition, skip_stages=skipped)
    for leaf in left.leaves:
        assert leaf.section.stage not in skipped
        assert skipped.isdisjoint(stages_of(leaf.subject) if leaf.subject else ())
        assert skipped.isdisjoint(option.code for option in leaf.options)
    expected = [
        leaf.code
        for leaf in definition.leaves
        if leaf.section.stage not in skipped
        and skipped.isdisjoint(stages_of(leaf.subject) if leaf.subject else ())
    ]
    gone = set(expected) - {leaf.code for leaf in left.leaves}
    assert not gone or skipped == set(STAGE_CODES)
    assert [leaf.code for leaf in left.leaves] == [c for c in expected if c not in gone]
    assert all(section.items for section in left.sections)
    assert Definition.model_validate(left.document()) == left


@given(definitions, stages)
def test_tailoring_twice_changes_nothing_more(definition: Definition, skipped: set[str]) -> None:
    once = tailor(definition, skip_stages=skipped)
    assert tailor(once, skip_stages=skipped) == once


@given(st.data())
def test_dropped_questions_are_gone_and_the_others_stay(data: st.DataObject) -> None:
    definition = data.draw(definitions)
    codes = [leaf.code for leaf in definition.leaves]
    dropped = data.draw(st.sets(st.sampled_from(codes), max_size=len(codes) // 2))
    left = tailor(definition, drop=dropped)
    assert [leaf.code for leaf in left.leaves] == [code for code in codes if code not in dropped]


def test_nothing_to_tailor_changes_nothing() -> None:
    for pair in EVERY:
        assert tailor(load(*pair)) == load(*pair)


def test_a_whole_section_can_be_dropped() -> None:
    left = tailor(load("staff-survey"), drop={"quotes"})
    assert "quotes" not in {section.code for section in left.sections}
    assert "s3-price" not in left.by_code


def test_minutes_follow_a_survey_but_not_an_interview() -> None:
    survey, guide = load("staff-survey"), load("interview-guide")
    assert tailor(survey, skip_stages={"S3", "S4"}).minutes < survey.minutes
    assert tailor(guide, skip_stages={"S3", "S4"}).minutes == guide.minutes


def test_rewording_keeps_the_code_and_the_other_language() -> None:
    definition = load("staff-survey")
    left = tailor(definition, reword={
        "s3-price": {"en": "Prices are easy to find."},
        "quotes": {"en": "Offers"},
        "s3-wait": {"de": "Wo hängt es?"},
    })  # fmt: skip
    assert left.by_code["s3-price"].text["en"] == "Prices are easy to find."
    assert left.by_code["s3-price"].text["de"] == definition.by_code["s3-price"].text["de"]
    assert left.by_code["s3-wait"].text["de"] == "Wo hängt es?"
    assert left.by_code["s3-price"].section.title["en"] == "Offers"
    assert definition.by_code["s3-price"].text["en"] != "Prices are easy to find."


def test_an_option_that_shares_a_code_is_not_reworded() -> None:
    left = tailor(load("job-shadow"), drop=(), reword={"exclude": {"en": "Leave out"}})
    assert left.by_code["exclude"].text["en"] == "Leave out"


def test_company_words_replace_whole_words_only() -> None:
    left = tailor(load("staff-survey"), company_words={
        "en": {"quote": "offer", "quotes": "offers", "web form": "portal"},
        "de": {"Angebot": "Offerte", "Angebote": "Offerten"},
    })  # fmt: skip
    assert left.by_code["s3-price"].text["en"] == (
        "The prices I need for an offer are in one place and up to date."
    )
    assert left.by_code["s3-approval"].text == {
        "en": "Offers with a discount are approved fast enough.",
        "de": "Offerten mit Rabatt werden schnell genug freigegeben.",
    }
    assert left.by_code["s1-web-speed"].text["en"].startswith("Enquiries from our portal reach")


def test_company_words_may_swap_and_leave_the_other_language_alone() -> None:
    definition = load("staff-survey")
    left = tailor(definition, company_words={"en": {"order": "quote", "quote": "order"}})
    assert left.by_code["s7-match"].text["en"] == "The invoice says the same as the order."
    assert left.by_code["s4-changes"].text["en"].startswith("When a customer changes a quote,")
    assert left.by_code["s7-match"].text["de"] == definition.by_code["s7-match"].text["de"]


def test_german_an_is_no_english_article() -> None:
    left = tailor(load("interview-guide"), company_words={"de": {"Kunden": "Gäste"}})
    spoken = " ".join(text["de"] for text in texts(left.model_dump()))
    assert "Kunden " not in spoken
    assert "Gäste" in spoken


@pytest.mark.parametrize("language", ["en", "de"])
def test_words_on_offer_really_occur(language: str) -> None:
    definition = load("staff-survey")
    for word in our_words(definition, language):
        left = tailor(definition, company_words={language: {word: "xylophone"}})
        assert "xylophone" in str(left.document()).lower()


def test_no_word_is_on_offer_that_no_form_uses() -> None:
    for language, words in OUR_WORDS.items():
        used = {word for pair in EVERY for word in our_words(load(*pair), language)}
        assert set(words) == used


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"drop": {"s9-none"}}, "“s9-none” is not in this form"),
        ({"reword": {"s9-none": {"en": "x"}}}, "“s9-none” is not in this form"),
        ({"reword": {"keep": {"fr": "x"}}}, "not written in “fr”"),
        ({"reword": {"keep": {"en": "  "}}}, "“keep” is empty"),
        ({"company_words": {"fr": {"quote": "devis"}}}, "not written in “fr”"),
        ({"company_words": {"en": {"quote": " "}}}, "“en” is empty"),
        ({"skip_stages": {"S9"}}, "There is no stage S9"),
    ],
)
def test_mistakes_get_a_sentence(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidError, match=re.escape(sentence)):
        tailor(load("staff-survey"), **change)


def test_a_form_with_nothing_left_is_refused() -> None:
    definition = load("short-survey")
    with pytest.raises(InvalidError, match="Nothing is left"):
        tailor(definition, drop={leaf.code for leaf in definition.leaves})


def test_unknown_forms_and_variants_are_refused() -> None:
    with pytest.raises(NotFoundError, match="no ready-made form “payroll”"):
        load("payroll")
    with pytest.raises(InvalidError, match="Choose one that is offered"):
        load("staff-survey", "bakery")
