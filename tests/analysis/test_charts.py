from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from sop_assess.analysis.charts import bar_chart, heat_map, interval_chart

ROWS = [("Hamburg <main> & “co”", 80.0, 60.0, 90.0, 12), ("Kiel", None, None, None, None)]
CHARTS = {
    "interval": lambda title="Quotes": interval_chart(ROWS, title, "Quotes in time", "%"),
    "bar": lambda title="Time": bar_chart(
        [("Call", 4.0, 5), ("Wait", None, None)], title, "d", "%"
    ),
    "heat": lambda title="Waits": heat_map(["S1"], ["Mail", "Web"], [[2.0, None]], title, "d"),
    "empty": lambda title="None": bar_chart([], title, "Nothing yet"),
}


@pytest.fixture(params=CHARTS)
def chart(request):
    return CHARTS[request.param]


def test_the_page_policy_blocks_nothing_in_it(chart):
    svg = chart()
    root = ET.fromstring(svg)
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    names = {name for element in root.iter() for name in element.attrib}
    assert not tags & {"style", "script", "metadata", "image", "foreignObject"}
    assert "style" not in names
    assert not any(name.startswith("on") for name in names)
    assert "style=" not in svg
    assert "http" not in re.sub(r'xmlns(:\w+)?="[^"]+"', "", svg)


def test_it_has_a_name_and_a_description_for_screen_readers(chart):
    root = ET.fromstring(chart("A <title> & more"))
    ids = {element.get("id"): element for element in root.iter()}
    title, description = (ids[key] for key in root.get("aria-labelledby").split())
    assert root.get("role") == "img"
    assert title.text == "A <title> & more"
    assert description.text


def test_the_same_content_gives_the_same_bytes_and_other_content_other_ids(chart):
    assert chart() == chart()
    first, second = chart("One"), chart("Two")
    assert not set(re.findall(r'id="([^"]+)"', first)) & set(re.findall(r'id="([^"]+)"', second))


def test_every_reference_stays_inside_the_chart(chart):
    svg = chart()
    ids = set(re.findall(r' id="([^"]+)"', svg))
    assert set(re.findall(r'(?:href="|url\()#([^")]+)', svg)) <= ids
    assert len(re.findall(r' id="', svg)) == len(ids)


def test_ink_follows_the_page_and_text_stays_text():
    svg = CHARTS["interval"]()
    assert "#010203" not in svg
    assert 'fill="currentColor"' in svg
    assert "font-family" not in svg
    texts = [element.text for element in ET.fromstring(svg).iter() if element.tag.endswith("}text")]
    assert "Hamburg <main> & “co” (n 12)" in texts


def test_a_label_with_two_dollar_signs_is_no_formula():
    svg = bar_chart([("$5 to $9 per order", 1.0, None)], "Cost", "d")
    assert "$5 to $9 per order" in svg


def test_a_chart_without_words_is_refused():
    with pytest.raises(ValueError, match="title"):
        bar_chart([], "", "d")
