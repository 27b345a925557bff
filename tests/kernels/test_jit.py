"""How kernels are compiled and cached: reused, never stale, never in the way. Each case runs in a new process."""

from tests.kernels.small_package import HELPER, answer, ask, compiled_files, start
from tui_rnn.kernels.machine.cache import open_kernels


def test_an_edited_helper_in_another_file_takes_effect_and_the_old_code_is_found_again(package, cache, filled):
    helper = package / "kernels" / "helper.py"
    filled(cache)
    helper.write_text(HELPER.replace("x * 2", "x * 3"), encoding="utf-8")
    assert ask(package, cache) == (10.5, True)
    helper.write_text(HELPER, encoding="utf-8")
    compiled = compiled_files(cache)
    assert ask(package, cache) == (7.5, True)
    assert compiled_files(cache) == compiled


def test_old_builds_are_cleared_away(cache):
    for k in range(7):
        open_kernels(cache, f"build {k}")
    assert len(list(cache.iterdir())) == 4


def test_two_first_starts_at_once_both_work(package, cache):
    both = [start(package, cache) for _ in range(2)]
    assert [answer(process) for process in both] == [(7.5, True)] * 2


def test_without_a_folder_to_write_to_the_kernels_are_compiled_and_not_cached(package, tmp_path):
    (tmp_path / "file").touch()
    assert ask(package, tmp_path / "file" / "cache") == (7.5, False)


def test_with_compiling_forbidden_all_but_the_networks_can_be_used(package, cache, monkeypatch):
    monkeypatch.setenv("NUMBA_DISABLE_JIT", "1")
    process = start(package, cache)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 1
    assert err.splitlines()[-1].endswith("NUMBA_DISABLE_JIT forbids making it: unset it")


def test_a_network_waits_only_for_the_kernels_that_it_calls():
    from tui_rnn.kernels.equations import decoder, layer, recurrent
    from tui_rnn.kernels.machine import matmul

    needed = layer.layer_forward.needs()
    places = {kernel: place for place, kernel in enumerate(needed)}
    assert decoder.decoder_forward not in places
    assert places[matmul.matmul] < places[recurrent.recurrent_forward] < places[layer.layer_forward]
