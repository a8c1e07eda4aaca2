"""The trustee's key is born in the browser; file and boxes agree with the server's modules."""

import base64
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Error, Page

from sop_assess.surveys import sealing, trustee
from sop_assess.surveys.keys import from_spki

from .conftest import LiveServer

pytestmark = pytest.mark.browser

PASSPHRASE = "Grüße von der Küste"
Run = Callable[..., Any]
RAW = "const raw = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));"
OPEN = """const key = await t.openKeyFile(given.file, given.passphrase)
const ballots = given.ballots.map(({ nullifier, box }) => ({ nullifier, box: raw(box) }))
const { contents, setAside } = await t.openAll(key, 'round-a', ballots)
return { texts: contents.map((content) => new TextDecoder().decode(content)), setAside }"""


@pytest.fixture
def run(browser_page: Page, live_server: LiveServer) -> Run:
    """Run the body of a function in a page where `t` is the trustee's program."""
    browser_page.goto(live_server.url)
    address = live_server.app.extensions["sop_assess"].assets.url("trustee.js")

    def body(script: str, **given: Any) -> Any:
        function = f"async (given) => {{ const t = await import(given.address); {RAW} {script} }}"
        return browser_page.evaluate(function, {"address": address, **given})

    return body


def sealed(file: dict[str, Any], content: bytes, mark: str) -> dict[str, str]:
    box = sealing.seal(from_spki(file["spki"]), content, sealing.associated("round-a", mark))
    return {"nullifier": mark, "box": base64.b64encode(box).decode()}


def test_a_key_born_in_the_browser_opens_on_both_sides(run: Run) -> None:
    file = run("return t.makeKeyFile(given.passphrase, 'Works council')", passphrase=PASSPHRASE)
    assert file["name"] == "Works council"
    ballots = [sealed(file, f"answer {n}".encode(), f"{n:064x}") for n in range(40)]
    private = trustee.open_key_file(file, PASSPHRASE)
    first = base64.b64decode(ballots[0]["box"])
    bound = sealing.associated("round-a", ballots[0]["nullifier"])
    assert sealing.unseal(private, first, bound) == b"answer 0"
    moved = {**ballots[0], "nullifier": "f" * 64}
    found = run(OPEN, file=file, passphrase=PASSPHRASE, ballots=[*ballots, moved])
    assert found["setAside"] == 1
    expected = [f"answer {n}" for n in range(40)]
    assert sorted(found["texts"]) == sorted(expected)
    # The odds of this order by chance are one in 40 factorial.
    assert found["texts"] != expected


def test_a_key_file_of_the_server_opens_in_the_browser(run: Run) -> None:
    file = trustee.make(PASSPHRASE, "Adviser")
    ballots = [sealed(file, "Größe".encode(), "a" * 64)]
    decomposed = PASSPHRASE.replace("ü", "u\u0308")
    found = run(OPEN, file=file, passphrase=decomposed, ballots=ballots)
    assert found == {"texts": ["Größe"], "setAside": 0}
    with pytest.raises(Error, match="passphrase"):
        run(OPEN, file=file, passphrase=PASSPHRASE + "x", ballots=[])
    for wrong in ({**file, "rounds": 1}, {**file, "extra": 1}, {}, None):
        with pytest.raises(Error, match="file"):
            run(OPEN, file=wrong, passphrase=PASSPHRASE, ballots=[])
    with pytest.raises(Error, match="passphrase"):
        run("await t.makeKeyFile('elf Zeichen', 'Adviser')")
