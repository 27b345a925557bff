"""The engine as a real process: the conversation with it, and every way in which one side can go."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from textual.app import App

from tests.lab.bench import opening, until, watching
from tests.lab.engine_process import Engine
from tests.lab.examples import config, request
from tui_rnn.config import RunConfig
from tui_rnn.errors import RunError
from tui_rnn.insight.drawing import Sampling
from tui_rnn.insight.predict import Predict, Predictions
from tui_rnn.insight.sample import Sample, Sampled
from tui_rnn.insight.scores import Scored, Scores
from tui_rnn.insight.trace import Trace, Traced
from tui_rnn.lab import client as clients
from tui_rnn.lab.client import EngineClient
from tui_rnn.lab.messages import (
    Ask,
    DataOpened,
    Fault,
    LandmarksReady,
    OpenData,
    Saved,
    Shutdown,
    Working,
)

unix = pytest.mark.skipif(sys.platform == "win32", reason="Unix signals")


@pytest.fixture
def start(source: str, elman: RunConfig) -> Iterator[Callable[..., Engine]]:
    engines: list[Engine] = []

    def start(config: RunConfig = elman) -> Engine:
        engine = Engine()
        engines.append(engine)
        engine.start()
        engine.send(opening(source, config))
        return engine

    yield start
    for engine in engines:
        engine.close()


def test_the_client_loads_no_compiler() -> None:
    code = (
        "import sys, tui_rnn.lab.client; print([name for name in ('numba', 'textual', 'platformdirs') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_it_trains_samples_saves_and_ends(start: Callable[..., Engine], home: Path) -> None:
    engine = start()
    engine.send(watching(Sample(sampling=Sampling(length=20)), interval_s=3.0))
    assert engine.wait(Working, lambda working: working.what == "compiling the kernels").total >= 1
    run = engine.wait_training()
    assert run.curve.train_loss_nats[-1] < run.curve.train_loss_nats[0]
    assert len(engine.wait_answer(Sampled).text) == 20
    engine.close(60)
    assert not engine.alive
    engine.heard += engine.events()
    saved = [event for event in engine.heard if isinstance(event, Saved)]
    assert [Path(event.path).parent for event in saved] == [home / "runs"]
    assert saved[0].step >= run.step
    assert not [event for event in engine.heard if isinstance(event, Fault)]
    assert engine.exit_code == 0
    assert not list((home / "log").glob("engine-*.log"))


def test_another_task_is_trained_watched_and_asked_through_the_pipe(write: Callable[[str], str]) -> None:
    engine = Engine()
    engine.start()
    engine.send(watching(Predict(examples=4), Trace(), Scores(latest=True), interval_s=0.1))
    engine.send(OpenData(request("seq2seq", write("seq2seq")), (config("seq2seq"),)))
    engine.wait_training()
    engine.send(Ask(1, 7, Predict(("kara",), beam=2)))
    assert len(engine.wait_answer(Predictions, lambda answered: answered.request_id == 7).said[0].outputs) == 2
    assert len(engine.wait_answer(Predictions, lambda answered: answered.request_id is None).said) == 4
    readings = engine.wait_answer(Traced).readings
    assert [reading.name for reading in readings] == ["encoder forward", "encoder backward", "decoder"]
    assert engine.wait_answer(Scored).by_length.counts.sum() == engine.wait(DataOpened).val_examples
    assert engine.wait(LandmarksReady).landmarks[0].name == "uniform"
    engine.close(60)
    engine.heard += engine.events()
    assert Path(engine.wait(Saved).path).is_file()
    assert not [event for event in engine.heard if isinstance(event, Fault)]


def test_it_starts_inside_a_running_app_and_says_so_and_saves_where_it_does_not_understand_the_screen(
    start: Callable[..., Engine],
) -> None:
    class Playground(App[Engine]):
        def on_mount(self) -> None:
            self.engine = start()
            self.set_interval(0.02, self.poll)

        def poll(self) -> None:
            snapshot = self.engine.latest()
            if snapshot and snapshot.runs and snapshot.runs[0].step > 10:
                self.exit(self.engine)

    engine = Playground().run(headless=True)
    assert engine is not None
    assert engine._process is not None
    assert engine._process.stdin is not None
    engine._process.stdin.write(b"what is this?\n")
    assert "did not understand the screen" in engine.wait(Fault).text
    assert engine.wait(Saved).step > 10
    engine.wait_dead()


@unix
def test_an_engine_that_is_told_to_end_by_the_system_saves_first_and_another_one_trains_on(
    start: Callable[..., Engine],
) -> None:
    one, other = start(), start()
    step = one.wait_training().step
    before = other.wait_training().step
    assert one.pid is not None
    os.kill(one.pid, signal.SIGTERM)
    assert one.wait(Saved).step >= step
    assert one.wait(Fault).text == "the engine process ended by itself"
    until(lambda: other.wait_training().step > before)
    other.close(60)
    assert other.wait(Saved).path != one.wait(Saved).path


@unix
def test_the_signals_of_the_terminal_are_not_for_the_engine_and_a_crash_is_reported_with_its_first_words(
    start: Callable[..., Engine],
) -> None:
    engine = start()
    assert engine.pid is not None
    for number in (signal.SIGINT, signal.SIGHUP):
        os.kill(engine.pid, number)  # at once: perhaps before it could say that it doesn't mind
    step = engine.wait_training().step
    for number in (signal.SIGINT, signal.SIGHUP):
        os.kill(engine.pid, number)
    until(lambda: engine.wait_training().step > step + 50)
    os.kill(engine.pid, signal.SIGSEGV)
    assert engine.wait(Fault).text == "the engine process was ended by SIGSEGV: Fatal Python error: Segmentation fault"


@unix
def test_an_engine_that_is_killed_is_reported_with_what_remains(start: Callable[..., Engine], elman: RunConfig) -> None:
    engine = start(replace(elman, steps=20))
    saved = engine.wait(Saved)
    assert engine.pid is not None
    os.kill(engine.pid, signal.SIGKILL)
    fault = engine.wait(Fault)
    assert fault.text == "the engine process was ended by SIGKILL"
    assert fault.last_checkpoint == saved.path
    assert not engine.alive
    engine.send(Shutdown())


@unix
def test_when_its_screen_is_killed_the_engine_saves_and_ends(source: str, home: Path) -> None:
    screen = subprocess.Popen(
        [sys.executable, "-c", SCREEN, source], stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": os.getcwd()}
    )
    with screen:
        assert screen.stdout is not None
        engine = int(screen.stdout.readline())
        screen.kill()
    until(lambda: list((home / "runs").glob("*.safetensors")), "saving")
    until(lambda: has_ended(engine), "the engine's end")


SCREEN = textwrap.dedent("""
    import sys, time
    from tui_rnn.config import RunConfig
    from tui_rnn.lab.client import EngineClient
    from tests.lab.bench import opening

    engine = EngineClient()
    engine.start()
    engine.send(opening(sys.argv[1], RunConfig(cell="elman", hidden_size=16, batch_size=4, seq_len=16)))
    while not (engine.latest() and engine.latest().runs and engine.latest().runs[0].step > 10):
        time.sleep(0.01)
    print(engine.pid, flush=True)
    time.sleep(600)
""")


def has_ended(pid: int) -> bool:
    """Whether the process is gone, or only waits to be buried by whoever adopted it."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout.strip()
    return not state or state.startswith("Z")


def test_an_engine_that_speaks_nonsense_is_ended_and_reported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    babbler = tmp_path / "babbler.py"
    babbler.write_text("import time\nprint('good morning, how are you?', flush=True)\ntime.sleep(600)\n", encoding="utf-8")
    popen = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda command, **options: popen([sys.executable, str(babbler)], **options))
    engine = Engine()
    engine.start()
    assert "sent garbage" in engine.wait(Fault).text
    engine.close()


@pytest.mark.parametrize("timeout_s", [0.0, 0.05])
def test_an_engine_that_does_not_end_is_killed_without_an_alarm(
    timeout_s: float, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    deaf = tmp_path / "deaf.py"
    deaf.write_text("import time\ntime.sleep(600)\n", encoding="utf-8")
    popen = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda command, **options: popen([sys.executable, str(deaf)], **options))
    engine = Engine()
    engine.start()
    engine.close(timeout_s)
    assert not engine.alive
    assert engine.exit_code not in (None, 0)
    assert engine.events() == []


def test_the_end_during_the_first_compilation_does_not_wait_for_it(
    start: Callable[..., Engine], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TUI_RNN_KERNEL_CACHE", str(tmp_path / "empty"))
    engine = start()
    engine.wait(Working, lambda working: working.what == "compiling the kernels" and working.done >= 1)
    engine.close(60)
    assert engine.exit_code == 0
    engine.heard += engine.events()
    compiled = max(working.done for working in engine.heard if isinstance(working, Working) and working.total > 1)
    assert compiled < next(working.total for working in engine.heard if isinstance(working, Working) and working.total > 1)


def test_a_system_that_starts_no_process_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    with pytest.raises(RunError, match="could not be started"):
        EngineClient().start()


def test_old_logs_are_thrown_away(home: Path, start: Callable[..., Engine]) -> None:
    folder = home / "log"
    folder.mkdir()
    for number in range(20):
        (folder / f"engine-2020010{number % 10}-{number}.log").touch()
    start().close()
    assert len(list(folder.glob("engine-*.log"))) <= clients.KEPT_LOGS + 1


def test_an_old_log_that_cannot_be_deleted_does_not_cost_a_new_engine_its_own(home: Path, start: Callable[..., Engine]) -> None:
    (home / "log" / "engine-20200100-0.log").mkdir(parents=True)
    for number in range(1, 20):
        (home / "log" / f"engine-20200101-{number}.log").touch()
    start()
    assert [one.name for one in (home / "log").glob("engine-*.log") if not one.name.startswith("engine-2020")]


def test_stray_prints_of_the_engine_go_to_the_log_and_not_between_the_messages() -> None:
    code = "from tui_rnn.lab.host import _take_pipes as take; _, out = take(); print('stray', flush=True); out.write(b'clean')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, stdin=subprocess.DEVNULL)
    assert done.stdout == b"clean"
    assert done.stderr.strip() == b"stray"
