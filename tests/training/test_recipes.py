"""What is chosen for a time: by the data, the machine's speed and what was said; and that such a run ends on time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tui_rnn.data.corpus import Corpus
from tui_rnn.errors import InputError
from tui_rnn.kinds import KINDS, RUNNING_TEXT
from tui_rnn.training.recipe_table import ROWS, WORD_ROWS, RecipeRow
from tui_rnn.training.recipes import Material, material_of, measured_speed, recipe_for, recipe_on

NAMES = sorted(ROWS)
TIMES = [1, 3, 10, 30, 60, 180, 600, 3600]
SIZES = [4_000, 100_000, 1_000_000, 50_000_000]


def text(chars: int) -> Material:
    return Material(RUNNING_TEXT, chars, outputs=65)


@pytest.mark.parametrize("kind", NAMES)
@pytest.mark.parametrize("chars", SIZES)
def test_more_time_never_takes_a_smaller_network_for_the_same_data(kind: str, chars: int) -> None:
    sizes = [recipe_for(Material(KINDS[kind], chars, 65), {"seconds": s}, speed=1).config.hidden_size for s in TIMES]
    assert sizes == sorted(sizes)


@pytest.mark.parametrize("kind", NAMES)
def test_a_faster_machine_never_takes_a_smaller_network(kind: str) -> None:
    material = Material(KINDS[kind], 1_000_000, 65)
    sizes = [recipe_for(material, {"seconds": 60.0}, speed).config.hidden_size for speed in (0.05, 0.3, 1, 4)]
    assert sizes == sorted(sizes)


def test_minutes_are_worth_a_larger_network_than_seconds() -> None:
    few, many = (recipe_for(text(1_000_000), {"seconds": s}, 1).config for s in (3.0, 180.0))
    assert many.hidden_size > few.hidden_size


@pytest.mark.parametrize("seconds", [10.0, 60.0, 180.0])
def test_a_smaller_text_is_never_regularised_less(seconds: float) -> None:
    configs = [recipe_for(text(chars), {"seconds": seconds}, 1).config for chars in SIZES]
    strengths = [config.weight_decay for config in configs]
    assert strengths == sorted(strengths, reverse=True)
    assert strengths[0] > strengths[-1]
    assert configs[0].dropout > configs[-1].dropout


def test_a_small_text_takes_a_smaller_network_than_a_large_one() -> None:
    small, large = (recipe_for(text(chars), {"seconds": 180.0}, 1).config for chars in (4_000, 5_000_000))
    assert small.hidden_size < large.hidden_size


def test_much_time_on_a_text_of_a_few_hundred_thousand_characters_does_not_take_the_largest_network() -> None:
    few, many = (recipe_for(text(chars), {"seconds": 180.0}, 1).config.hidden_size for chars in (360_000, 430_000))
    assert few < many


def test_a_size_that_was_said_is_taken_for_a_small_text_too() -> None:
    assert recipe_for(text(100_000), {"seconds": 60.0, "hidden_size": 256}, 1).config.hidden_size == 256


def test_a_small_text_that_would_only_be_learnt_by_heart_ends_before_its_time() -> None:
    recipe = recipe_for(text(4_000), {"seconds": 60.0}, 1)
    assert recipe.config.epochs is not None
    assert recipe.config.epochs < 50
    assert "training ends before the" in recipe.why


def test_a_large_text_takes_all_of_its_time() -> None:
    recipe = recipe_for(text(5_000_000), {"seconds": 60.0}, 1)
    assert recipe.config.seconds == 60
    assert "training ends before" not in recipe.why


def test_a_large_vocabulary_takes_a_network_that_it_leaves_time_for() -> None:
    few, many = (
        recipe_for(Material(RUNNING_TEXT, 1_000_000, outputs), {"seconds": 10.0}, 1).config for outputs in (65, 20_000)
    )
    assert many.hidden_size < few.hidden_size


@pytest.mark.parametrize(
    ("name", "value"),
    [("cell", "elman"), ("hidden_size", 50), ("dropout", 0.7), ("learning_rate", 0.003), ("schedule", "constant"), ("seed", 9)],
)
def test_what_is_said_goes_before_the_recipe(name: str, value: Any) -> None:
    recipe = recipe_for(text(1_000_000), {"seconds": 60.0, name: value}, 1)
    assert getattr(recipe.config, name) == value


def test_the_settings_that_were_said_are_named() -> None:
    why = recipe_for(text(1_000_000), {"seconds": 60.0, "cell": "lstm", "seed": 2}, 1).why
    assert why.endswith("set by you: cell")


def test_another_cell_gets_the_rate_that_was_found_for_it() -> None:
    config = recipe_for(text(1_000_000), {"seconds": 60.0, "cell": "lstm"}, 1).config
    found = {row.settings["learning_rate"] for row in ROWS["lm"] if row.settings["cell"] == "lstm"}
    assert config.learning_rate in found


def test_one_line_says_what_was_chosen_and_by_what() -> None:
    recipe = recipe_for(text(1_000_000), {"seconds": 60.0}, 1)
    assert recipe.why.startswith(f"recipe for 60 s: {recipe.config.name}, ")
    assert "char/s here" in recipe.why
    assert "passes through 1M" in recipe.why
    assert "\n" not in recipe.why


def test_a_setting_out_of_range_is_refused() -> None:
    with pytest.raises(InputError, match="dropout is 2"):
        recipe_for(text(1_000_000), {"seconds": 60.0, "dropout": 2.0}, 1)


@pytest.mark.parametrize("kind", NAMES)
def test_each_row_makes_a_configuration_of_its_task(kind: str) -> None:
    config = recipe_for(Material(KINDS[kind], 1_000_000, 65), {"seconds": 60.0}, 1).config
    assert config.kind == kind


def examples(kind: str, count: int, chars_each: int) -> Material:
    return Material(KINDS[kind], count * chars_each, outputs=65, examples=count)


EXAMPLE_KINDS = [kind for kind in KINDS if kind != "lm"]


@pytest.mark.parametrize("kind", EXAMPLE_KINDS)
def test_short_examples_take_the_batch_that_was_found_for_them(kind: str) -> None:
    config = recipe_for(examples(kind, 100_000, chars_each=8), {"seconds": 300.0}, 1).config
    assert config.batch_size in {row.settings["batch_size"] for row in ROWS[kind]}


@pytest.mark.parametrize("kind", EXAMPLE_KINDS)
def test_the_longer_the_examples_the_fewer_are_in_a_batch(kind: str) -> None:
    sizes = [
        recipe_for(examples(kind, 1_000, length), {"seconds": 20.0}, 1).config.batch_size for length in (5, 50, 500, 5_000)
    ]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > sizes[-1] == 2


@pytest.mark.parametrize("kind", EXAMPLE_KINDS)
def test_the_batch_leaves_time_for_thousands_of_steps_and_is_no_smaller_than_that_needs(kind: str) -> None:
    material, seconds = examples(kind, 1_000, chars_each=100), 60.0
    row = [row for row in ROWS[kind] if row.settings["cell"] == ROWS[kind][0].settings["cell"]][-1]  # a minute is enough for it
    config = recipe_for(material, {"seconds": seconds, "cell": row.settings["cell"]}, 1).config
    steps = row.chars_per_s * seconds / 100 / config.batch_size  # what the row's network reads, one alphabet of its size
    assert steps >= 3_000
    assert config.batch_size == row.settings["batch_size"] or steps / 2 < 3_000


def test_a_batch_that_was_said_goes_before_the_time() -> None:
    recipe = recipe_for(examples("items", 1_000, chars_each=5_000), {"seconds": 10.0, "batch_size": 24}, 1)
    assert recipe.config.batch_size == 24
    assert "batch 24" in recipe.why


def test_a_text_is_weighed_by_its_training_part(corpus: Corpus) -> None:
    symbols = len(corpus.vocabulary)
    assert material_of(corpus) == Material(RUNNING_TEXT, len(corpus.train), symbols, distinct=symbols)


def test_on_a_clock_that_runs_twice_as_fast_the_machine_is_half_as_fast(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    speeds = []
    for tick in (0.25, 0.5):
        ticks = iter(np.arange(0, 1e6, tick))
        monkeypatch.setattr("tui_rnn.training.recipes.time.perf_counter", lambda ticks=ticks: float(next(ticks)))
        speeds.append(measured_speed(corpus, {"seconds": 10.0}, ROWS["lm"][0], threads=1))
    assert speeds[0] == pytest.approx(2 * speeds[1])


def test_a_large_network_that_is_slower_than_the_smallest_one_lets_expect_gives_way_to_a_smaller_one(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sizes(slowness: float) -> int:
        def speed(data: Any, given: Any, row: RecipeRow, threads: int) -> float:
            return 1.0 if row is ROWS["lm"][0] else 1 / slowness

        monkeypatch.setattr("tui_rnn.training.recipes.measured_speed", speed)
        monkeypatch.setattr("tui_rnn.training.recipes.material_of", lambda data: text(1_000_000))
        return recipe_on(corpus, {"seconds": 60.0}, threads=1).config.hidden_size

    assert sizes(slowness=3) < sizes(slowness=1)


def test_measuring_counts_as_spent(corpus: Corpus) -> None:
    recipe = recipe_on(corpus, {"seconds": 10.0}, threads=1)
    assert 0.1 < recipe.spent_s < 10


def test_a_machine_that_stands_still_meanwhile_leaves_time_to_train(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter(np.arange(0, 1e6, 100.0))
    monkeypatch.setattr("tui_rnn.training.recipes.time.perf_counter", lambda: float(next(ticks)))
    assert recipe_on(corpus, {"seconds": 10.0}, threads=1).spent_s <= 1.5


@pytest.mark.parametrize("kind", WORD_ROWS)
@pytest.mark.parametrize("tokens", ["word", "word+char"])
def test_words_have_recipes_of_their_own(kind: str, tokens: str) -> None:
    outputs = 10_000 if KINDS[kind].is_stream else 65
    material = Material(KINDS[kind], 200_000, outputs, examples=10_000, tokens=tokens)
    recipe = recipe_for(material, {"seconds": 120.0}, 1)
    assert recipe.config.embedding_size == WORD_ROWS[kind][-1].settings["embedding_size"]
    assert "200k words" in recipe.why


@pytest.mark.parametrize("kind", ["classify", "seq2seq"])
def test_a_language_of_few_words_is_learnt_like_characters(kind: str) -> None:
    few, many, characters = (
        recipe_for(Material(KINDS[kind], 200_000, 65, 10_000, tokens, distinct), {"seconds": 120.0}, 1).config
        for tokens, distinct in (("word", 137), ("word", 5_000), ("char", 137))
    )
    assert few == characters != many


def test_a_short_time_is_for_a_tagger_that_reads_its_words_more_often() -> None:
    material = Material(KINDS["tag"], 200_000, outputs=17, examples=12_500, tokens="word+char")
    short, long = (recipe_for(material, {"seconds": seconds}, 1).config for seconds in (10.0, 120.0))
    assert short.embedding_size < long.embedding_size
    assert short.dropout < long.dropout


def translator(**given: Any) -> Any:
    """The recipe's settings for 29,000 translated sentences."""
    return recipe_for(Material(KINDS["seq2seq"], 818_000, 65, 29_000, "word"), given, 1).config


def test_translations_that_are_read_a_few_times_are_learnt_without_dropout() -> None:
    assert translator(seconds=10.0).dropout == 0 < translator(seconds=180.0).dropout


def test_items_that_are_read_a_few_times_are_learnt_without_dropout() -> None:
    names = Material(KINDS["items"], 190_000, outputs=27, examples=26_500)
    short, long = (recipe_for(names, {"seconds": seconds}, 1).config for seconds in (10.0, 180.0))
    assert short.dropout == 0 < long.dropout


def test_a_short_time_is_for_a_translator_that_sees_its_source_only_by_its_state() -> None:
    short, long = (translator(seconds=seconds) for seconds in (10.0, 180.0))
    assert (short.cell, short.readout) == ("gru", "state")
    assert (long.cell, long.readout) == ("lstm", "context")


@pytest.mark.parametrize("seconds", [10.0, 180.0])
def test_a_cell_that_was_asked_for_stays_though_another_one_is_better_in_that_time(seconds: float) -> None:
    assert translator(seconds=seconds, cell="lstm").cell == "lstm"


def test_a_setting_of_a_row_is_not_overridden_by_the_passes() -> None:
    (row,) = (row for row in WORD_ROWS["seq2seq"] if row.only_asked)
    assert translator(seconds=10.0, cell="lstm").readout == row.settings["readout"]


def words_of_text(distinct: int) -> Material:
    return Material(RUNNING_TEXT, 500_000, distinct, tokens="word")


def test_a_text_of_thousands_of_distinct_words_is_learnt_by_a_sample_of_them() -> None:
    many = recipe_for(words_of_text(8_000), {"seconds": 30.0}, 1)
    assert many.config.sampled_softmax == 256
    assert "softmax over 256 words drawn" in many.why
    assert recipe_for(words_of_text(1_000), {"seconds": 30.0}, 1).config.sampled_softmax == 0
    assert recipe_for(Material(RUNNING_TEXT, 500_000, 8_000), {"seconds": 30.0}, 1).config.sampled_softmax == 0, "characters"


def test_tied_weights_that_were_said_leave_the_full_softmax() -> None:
    given = {"seconds": 30.0, "tie_weights": True, "hidden_size": 64, "embedding_size": 64}
    assert recipe_for(words_of_text(8_000), given, 1).config.sampled_softmax == 0


def test_a_sample_takes_as_long_for_twice_as_many_words_and_the_full_softmax_longer() -> None:
    few, many = (recipe_for(words_of_text(count), {"seconds": 30.0}, 1) for count in (5_000, 10_000))
    assert few == many
    full = recipe_for(words_of_text(5_000), {"seconds": 30.0, "sampled_softmax": 0}, 1)
    assert full.config.dropout < few.config.dropout, "it reads the text fewer times"


@pytest.mark.parametrize("kind", [kind for kind in WORD_ROWS if not KINDS[kind].is_stream])
def test_a_batch_of_words_is_never_tiny(kind: str) -> None:
    material = Material(KINDS[kind], 1_000_000, outputs=65, examples=30_000, tokens="word")
    assert recipe_for(material, {"seconds": 5.0}, 0.1).config.batch_size == WORD_ROWS[kind][0].least_batch
