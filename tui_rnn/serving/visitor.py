"""One visitor's playground: `python -m tui_rnn.serving.visitor SOURCE ...`, started by serving.visit. It speaks Textual's web
protocol on stdin and stdout."""

from __future__ import annotations

import sys

from tui_rnn.data.request import DataRequest, SourceFiles
from tui_rnn.paths import RUN_SUFFIX
from tui_rnn.tui.launch import opening_commands, start_engine


def main(sources: tuple[str, ...]) -> int:
    """Show the playground until the visitor leaves. A single source is opened at once; otherwise the visitor chooses."""
    runs = [source for source in sources if source.endswith(RUN_SUFFIX)]
    texts = [source for source in sources if source not in runs]
    at_once = len(sources) == 1
    opening = opening_commands([DataRequest(SourceFiles(one)) for one in texts], runs) if at_once else ()
    from tui_rnn.tui.given import Given, GivenEngine
    from tui_rnn.tui.running import run_app
    from tui_rnn.tui.session import Session

    given = Given(sources)

    def engine() -> GivenEngine:
        return GivenEngine(start_engine(), given)

    started = engine()
    for command in opening:
        started.send(command)
    return run_app(started, opening, engine, Session(given)).code


if __name__ == "__main__":
    sys.exit(main(tuple(sys.argv[1:])))
