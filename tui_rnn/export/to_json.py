"""Weights and vocabulary in JSON, the network in JavaScript, and one page that writes in a browser without any server.

Texts from files and models stand in the page as JSON that can't end the element around it, and are shown as text; only our
own scripts may run there (Content-Security-Policy, by their hashes).
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from importlib.resources import files as package_files
from pathlib import Path
from string import Template
from typing import Any

import numpy as np

from tui_rnn.display import visible
from tui_rnn.errors import RunError
from tui_rnn.export.about import ABOUT, as_json
from tui_rnn.export.plan import Plan
from tui_rnn.export.target import Logits, NotInstalled, Target, plain

NAMES = ("model.json", "model.js", "index.html", ABOUT)

_RUN = """
const { Network } = require(process.argv[1] + "/model.js");
const jobs = JSON.parse(require("fs").readFileSync(0));
const plain = (value) => (typeof value === "number" ? value : Array.from(value, plain));
process.stdout.write(JSON.stringify(jobs.map(({ folder, example }) =>
  plain(new Network(JSON.parse(require("fs").readFileSync(folder + "/model.json"))).logits(...example)))));
"""


def files(plan: Plan, told: Mapping[str, Any]) -> dict[str, bytes]:
    """model.json, model.js, index.html and about.json."""
    parameters = {name: {"shape": list(array.shape), "data": _base64(array)} for name, array in plan.parameters.items()}
    model = json.dumps({"about": told, "parameters": parameters}, allow_nan=False)
    return {
        "model.json": model.encode(),
        "model.js": _own("model.js").encode(),
        "index.html": _page(plan, model).encode(),
        ABOUT: as_json(told).encode(),
    }


def _base64(array: Any) -> str:
    return base64.b64encode(np.ascontiguousarray(array, "<f4").tobytes()).decode("ascii")


def _page(plan: Plan, model: str) -> str:
    network, page, style = _own("model.js"), _own("page.js"), _own("page.css")
    asked = "a beginning: the network goes on from it" if not plan.kind.answers else plan.kind.placeholders[0]
    return Template(_own("page.html")).substitute(
        title=html.escape(visible(f"{plan.config.name}, {plan.kind.title}")),
        scripts=f"{_hash(network)} {_hash(page)}",
        styles=_hash(style),
        style=style,
        asked=html.escape(asked),
        text="",
        model=model.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"),
        network=network,
        page=page,
    )


def _own(name: str) -> str:
    return (package_files("tui_rnn.export") / "web" / name).read_text("utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}'"


# ------------------------------------------------------------------ the other side


def in_node(jobs: Sequence[tuple[Path, Sequence[Any]]]) -> list[Any]:
    """The logits of the folders' models for examples, computed by Node. Raises NotInstalled without it."""
    node = _node()
    asked = [{"folder": str(folder.absolute()), "example": list(map(_as_encoded, example))} for folder, example in jobs]
    done = subprocess.run(
        [node, "-e", _RUN, str(jobs[0][0].absolute())], input=json.dumps(asked).encode(), capture_output=True, check=False
    )
    if done.returncode:
        raise RunError(f"node ended with {done.returncode}: {done.stderr.decode('utf-8', 'replace').strip()[-300:]}")
    return [np.array(logits) for logits in json.loads(done.stdout)]


def _as_encoded(one: Any) -> list[Any]:
    """In the form of Network.encode in model.js."""
    ids, *spelled = plain([one])
    if not spelled:
        return list(ids)
    return [{"id": id, "letters": letters} for id, letters in zip(ids, spelled[0], strict=True)]


def _node() -> str:
    node = shutil.which("node")
    if node is None:
        raise NotInstalled("node, which runs JavaScript, is not installed: see nodejs.org")
    return node


def opened(folder: Path) -> dict[str, Logits]:
    """Its JavaScript, run by Node. Raises NotInstalled without it."""
    _node()
    return {"": lambda *example: in_node([(folder, example)])[0]}


TARGET = Target("json", "JavaScript, and a page that writes in a browser without any server", "", NAMES, files, opened)
