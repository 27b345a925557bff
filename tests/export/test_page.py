"""The page of `export --to json`, in a headless Chromium, from a file and without any server."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.export.networks import example_of, network_of, symbols_of
from tests.export.test_equality import TOLERANCE, written
from tui_rnn.data.tokens import ByteVocabulary
from tui_rnn.export import to_json
from tui_rnn.kinds import KINDS

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    with api.sync_playwright() as playwright:
        sandbox = [] if getattr(os, "geteuid", lambda: 1)() else ["--no-sandbox"]  # Chromium wants it so as root
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=sandbox)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page whose errors, and whatever it asks of the network, fail the test."""
    page, troubles = browser.new_page(), []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda message: troubles.append(message.text) if message.type in ("error", "warning") else None)
    page.on("request", lambda request: None if request.url.startswith("file:") else troubles.append(request.url))
    page.on("dialog", lambda dialog: troubles.append(dialog.message))  # it stays open: the next step would fail, too
    yield page
    page.close()
    assert not troubles


def opened(page: Any, network: Any, folder: Path, symbols: Any = None) -> None:
    written(to_json.TARGET, network, folder, symbols)
    page.goto((folder / "index.html").as_uri())


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_computes_the_networks_logits(kind: str, page: Any, tmp_path: Path) -> None:
    network = network_of(kind, "gru", "tanh", embedding_size=5)
    opened(page, network, tmp_path)
    example = example_of(network, symbols_of(kind))

    plain = "value => typeof value === 'number' ? value : Array.from(value, plain)"
    found = page.evaluate(
        f"ids => {{ const plain = {plain}; return plain(network.logits(...ids)) }}", [ids.tolist() for ids in example]
    )

    np.testing.assert_allclose(found, network.logits(*example), atol=TOLERANCE, rtol=0)


def test_it_writes_on_and_shows_what_each_character_cost(page: Any, tmp_path: Path) -> None:
    network = network_of("lm", "lstm", "tanh", embedding_size=5)
    opened(page, network, tmp_path)

    page.fill("#text", "abc")
    page.fill("#length", "40")
    page.click("#go")
    page.wait_for_selector("#answer[data-done=yes]")

    spans = page.locator("#answer span")
    assert spans.count() == 43
    assert page.locator("#answer span.own").count() == 40
    assert page.inner_text("#answer").startswith("abc")
    ids = network_ids("abc")
    log_probs = network.logits(ids)[0] - np.log(np.exp(network.logits(ids)[0].astype(np.float64)).sum())
    assert spans.nth(1).get_attribute("title").endswith(f"{-log_probs[ids[1]] / np.log(2):.2f} bits")


def network_ids(text: str) -> NDArray[np.int32]:
    return symbols_of("lm").vocabulary.encode(text)[0]


def test_the_same_seed_writes_the_same(page: Any, tmp_path: Path) -> None:
    opened(page, network_of("lm", "lstm", "tanh", embedding_size=5), tmp_path)
    said = []
    for seed in ("7", "7", "8"):
        page.fill("#seed", seed)
        page.click("#go")
        page.wait_for_selector("#answer[data-done=yes]")
        said.append(page.inner_text("#answer"))

    assert said[0] == said[1] != said[2]


def test_text_that_would_be_markup_stays_text(page: Any, tmp_path: Path) -> None:
    """The data are called </script>, and the network is asked about a script."""
    opened(page, network_of("lm", "elman", "tanh"), tmp_path)
    page.fill("#text", "<b>a</b><script>alert(1)</script>\u202e")
    page.fill("#length", "0")
    page.click("#go")
    page.wait_for_selector("#answer[data-done=yes]")

    assert page.locator("#answer b, #answer script").count() == 0
    assert "</script>\ufffd" in page.inner_text("#facts")
    assert "\u202e" not in page.content()


def test_bytes_are_shown_as_the_characters_that_they_make(page: Any, tmp_path: Path) -> None:
    symbols = symbols_of("lm", ByteVocabulary())
    opened(page, network_of("lm", "elman", "tanh", symbols), tmp_path, symbols)
    page.fill("#text", "é€😀")
    page.fill("#length", "0")
    page.click("#go")
    page.wait_for_selector("#answer[data-done=yes]")

    assert page.inner_text("#answer") == "é€😀"


def test_a_tag_stands_under_each_word_while_a_person_types(page: Any, tmp_path: Path) -> None:
    network, symbols = network_of("tag", "lstm", "tanh", embedding_size=5), symbols_of("tag")
    opened(page, network, tmp_path)
    page.fill("#text", "ab  cd.")

    assert symbols.labels is not None
    best = network.logits(symbols.vocabulary.encode("ab cd .")[0]).argmax(axis=1)[[1, 4, 6]]
    assert page.inner_text("#answer").split() == [
        part for word, tag in zip(("ab", "cd", "."), symbols.labels.decode(best), strict=True) for part in (word, tag)
    ]


def test_the_likeliest_class_stands_first_while_a_person_types(page: Any, tmp_path: Path) -> None:
    network, symbols = network_of("classify", "lstm", "tanh", embedding_size=5), symbols_of("classify")
    opened(page, network, tmp_path)
    page.fill("#text", "ab cd")

    values = network.logits(symbols.vocabulary.encode("ab cd")[0])
    assert symbols.labels is not None
    order = symbols.labels.decode(np.argsort(-values))
    assert tuple(page.inner_text("#answer").split()[1::2]) == order


def test_what_it_writes_for_a_source_is_the_greedy_output_with_where_it_looked(page: Any, tmp_path: Path) -> None:
    network, symbols = network_of("seq2seq", "lstm", "tanh", embedding_size=5), symbols_of("seq2seq")
    opened(page, network, tmp_path)
    page.fill("#text", "ab cd")

    assert symbols.targets is not None
    written_ids = network.greedy([symbols.vocabulary.encode("ab cd")[0]])[0].ids
    assert page.inner_text("#answer .written") == "".join(symbols.targets.texts[i] for i in written_ids)
    assert page.locator("#answer td").count() == 5 * len(written_ids)
