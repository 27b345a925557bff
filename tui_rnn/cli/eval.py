"""`tui-rnn eval`: how well a saved run predicts a text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from tui_rnn.cli.output import Json, note, print_json
from tui_rnn.display import visible
from tui_rnn.errors import InputError


def run(
    run: Annotated[Path, Parameter(help="A saved run.")],
    source: Annotated[str, Parameter(help="Text file, folder or built-in corpus.")],
    /,
    *,
    part: Annotated[
        Literal["all", "train", "validation"] | None,
        Parameter(help="What to score; without: validation of the run's own text, all of any other."),
    ] = None,
    encoding: Annotated[str | None, Parameter(help="The text's encoding, where it is not UTF-8.")] = None,
    json: Json = False,
) -> int:
    """Score a text: nats and bits per character, perplexity, characters scored.

    The first 90% of a text are its training part, the last 10% its validation part. Each character is predicted from
    all before it in that part. Characters that the run doesn't know are read as its fallback, and counted.
    """
    from tui_rnn.cli.compiling import load_run
    from tui_rnn.data.corpus import open_corpus
    from tui_rnn.layers.team import cores
    from tui_rnn.train.checkpoint import read_facts
    from tui_rnn.train.evaluation import Evaluation

    loaded = load_run(run)
    corpus = open_corpus(source, encoding=encoding, vocabulary=loaded.symbols.characters)
    own = corpus.sha256 == read_facts(run).data.sha256
    part = part or ("validation" if own else "all")
    ids = {"all": corpus.ids, "train": corpus.train, "validation": corpus.validation}[part]
    if len(ids) < 2:
        raise InputError(f"the {part} part of {corpus.name} has {len(ids)} characters, expected at least 2: use --part all")
    nats, characters = loaded.reader().evaluate(ids, cores())
    score = Evaluation(nats / characters, characters, unknown=corpus.unknown_count)
    if json:
        print_json(
            {
                "event": "eval",
                "source": corpus.source,
                "part": part,
                "loss_nats": score.loss_nats,
                "bits_per_char": score.bits,
                "perplexity": score.perplexity,
                "characters": score.count,
                "unknown_characters": score.unknown,
            }
        )
        return 0
    for notice in corpus.notices:
        note(notice)
    what = {"all": "the whole text", "train": "the training part", "validation": "the validation part"}[part]
    print(f"{visible(corpus.name)}, {what}{' that it was trained on' if own and part != 'validation' else ''}")
    print(
        f"{score.loss_nats:.4f} nats/char, {score.bits:.4f} bits/char, perplexity {score.perplexity:.3f}, "
        f"over {score.count:,} characters"
    )
    return 0
