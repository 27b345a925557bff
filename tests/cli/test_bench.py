"""`tui-rnn bench`: what is measured, and what is printed."""

import pytest

from tui_rnn.bench import compare, tasks
from tui_rnn.cli import bench, bench_tasks

QUICK = ("--rounds", "1", "--sample-seconds", "0.001", "--no-startup")


def test_one_json_line_for_each_network_and_one_at_the_end(tui_rnn):
    result = tui_rnn("bench", "--cell", "elman", "--cell", "gru", "--hidden-size", "16", *QUICK, "--json")
    assert result.code == 0
    assert [record["event"] for record in result.records] == ["point", "point", "done"]
    assert [record["cell"] for record in result.records[:2]] == ["elman", "gru"]
    assert all(record["chars_per_s"] > 0 for record in result.records[:2])


def test_a_person_gets_a_table_and_bars(tui_rnn):
    result = tui_rnn("bench", "--cell", "elman", "--hidden-size", "16", "--batch-size", "2", *QUICK)
    assert result.code == 0
    assert "Elman 16" in result.out
    assert "share of sgemm peak" in result.out


@pytest.mark.parametrize(
    ("arguments", "networks"),
    [
        ((), len(bench.TIMED_CELLS) * 3),
        (("--against", "torch"), 30),
        (("--against", "torch", "--cell", "lstm", "--batch-size", "1"), 5),
        (("--hidden-size", "7", "--hidden-size", "9"), 4),
        (("--hidden-size", "7,9", "--batch-size", "1,2", "--cell", "elman,gru"), 8),
    ],
)
def test_the_networks_are_a_few_or_all_or_those_asked_for(tui_rnn, monkeypatch, arguments, networks):
    measured = []

    def instead(config, *, against_torch, effort):
        measured.append(config)
        return compare.Point(config, 1.0, 1.0, 1.0)

    monkeypatch.setattr(compare, "measure", instead)
    assert tui_rnn("bench", *arguments, *QUICK).code == 0
    assert len(measured) == len(set(measured)) == networks


def test_without_pytorch_its_columns_are_left_out(tui_rnn, monkeypatch):
    monkeypatch.setattr(compare, "torch_installed", lambda: False)
    result = tui_rnn("bench", "--against", "torch", "--cell", "elman", "--hidden-size", "16", "--batch-size", "2", *QUICK)
    assert result.code == 0
    assert "PyTorch is not installed" in result.err
    assert "PyTorch" not in result.out


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--rounds", "0"), "--rounds"),
        (("--sample-seconds", "0"), "--sample-seconds"),
        (("--hidden-size", "0"), "hidden_size"),
        (("--cell", "transformer"), "cell"),
        (("--against", "jax"), "--against"),
    ],
)
def test_bad_options_are_refused_before_anything_is_measured(tui_rnn, monkeypatch, arguments, named):
    monkeypatch.setattr(compare, "measure", lambda *_, **__: pytest.fail("measured"))
    result = tui_rnn("bench", *arguments)
    assert result.code == 2
    assert named in result.err
    assert len(result.err.splitlines()) == 1


@pytest.fixture
def labelled(tmp_path):
    path = tmp_path / "labelled.tsv"
    path.write_text("text\tlabel\n" + "".join(f"abc{k}\t{'xy'[k % 2]}\n" for k in range(20)), encoding="utf-8")
    return str(path)


def test_a_tasks_networks_are_measured_on_a_file(tui_rnn, labelled):
    result = tui_rnn("bench", "--task", "classify", labelled, "--hidden-size", "16", *QUICK, "--json")
    assert result.code == 0
    assert [record["event"] for record in result.records] == ["point", "point", "done"]
    assert [record["pool"] for record in result.records[:2]] == ["final", "mean"]
    assert all(record["chars_per_s"] > 0 and record["hidden_size"] == 16 for record in result.records[:2])


def test_a_person_gets_a_table_of_the_tasks_networks(tui_rnn, labelled):
    result = tui_rnn("bench", "--task", "classify", labelled, "--hidden-size", "16", *QUICK)
    assert result.code == 0
    assert "BiLSTM 16 mean" in result.out


@pytest.mark.parametrize("option", [("--hidden-size", "16"), ("--batch-size", "4"), ("--cell", "lstm")])
def test_the_file_may_stand_after_a_list(tui_rnn, monkeypatch, labelled, option):
    sources = []

    def run(source, *_):
        sources.append(source)
        return 0

    monkeypatch.setattr(bench_tasks, "run", run)
    assert tui_rnn("bench", "--task", "classify", *option, labelled).code == 0
    assert sources == [labelled]


def test_beside_pytorch_words_are_read_without_their_letters(tui_rnn, tmp_path, monkeypatch):
    tagged, read = tmp_path / "tagged.tsv", []
    sentences = (
        "\n".join(f"{word}\t{word[0]}" for word in f"the {end} saw a big {end}".split())
        for end in map("w{}x".format, range(400))
    )
    tagged.write_text("\n\n".join(sentences), encoding="utf-8")
    monkeypatch.setattr(compare, "torch_installed", lambda: True)

    def measured(data, config, **options):
        read.append(data.symbols.vocabulary.kind)
        return tasks.TaskPoint("tag", config, 1.0, 1.0)

    monkeypatch.setattr(tasks, "measure_task", measured)
    result = tui_rnn("bench", "--task", "tag", tagged, "--against", "torch", *QUICK)
    assert result.code == 0
    assert "reads words without their letters" in result.err
    assert set(read) == {"word"}


@pytest.mark.parametrize("arguments", [("--task", "tag"), ("some.tsv",)])
def test_a_task_and_its_file_go_together(tui_rnn, arguments):
    result = tui_rnn("bench", *arguments)
    assert result.code == 2
    assert "--task and SOURCE go together" in result.err


@pytest.mark.parametrize("table", ["--scale", "--playground"])
@pytest.mark.parametrize(
    "option",
    [
        ("--against", "torch"),
        ("--cell", "lstm"),
        ("--hidden-size", "64"),
        ("--num-layers", "2"),
        ("--dropout", "0"),
        ("--sample-seconds", "0.1"),
        ("--startup",),
    ],
)
def test_an_option_of_another_table_is_refused_by_both_names(tui_rnn, monkeypatch, table, option):
    monkeypatch.setattr(bench, f"_measure_{table[2:]}", lambda *_: pytest.fail("measured"))
    result = tui_rnn("bench", table, *option)
    assert (result.code, result.out) == (2, "")
    assert result.err == f"tui-rnn: {option[0]} does not go with {table}: leave one of them out\n"


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--scale", "--rounds", "3"), ("--rounds", "--scale")),
        (("--playground", "--max-mb", "10"), ("--max-mb", "--playground")),
        (("--max-mb", "10"), ("--max-mb", "--scale")),
        (("--scale", "--playground"), ("--scale", "--playground")),
        (("--task", "tag", "some.tsv", "--scale"), ("--task", "--scale")),
        (("--task", "tag", "some.tsv", "--markdown"), ("--markdown", "--task")),
    ],
)
def test_what_does_not_go_together_is_refused_in_one_line(tui_rnn, arguments, named):
    result = tui_rnn("bench", *arguments)
    assert result.code == 2
    assert all(name in result.err for name in named)
    assert len(result.err.splitlines()) == 1


def test_starting_is_timed_too_unless_it_is_a_comparison_or_not_wanted(tui_rnn, monkeypatch):
    timed = []

    def measure(configs, against, rounds, sample_s, startup, *_):
        timed.append(startup)
        return 0

    monkeypatch.setattr(bench, "_measure", measure)
    for arguments in ((), ("--against", "torch"), ("--no-startup",), ("--against", "torch", "--startup")):
        assert tui_rnn("bench", *arguments).code == 0
    assert timed == [True, False, False, True]
