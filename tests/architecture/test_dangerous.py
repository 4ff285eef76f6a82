"""Nothing dangerous is called: no code from a text, no shell, no pickles, no HTML that is trusted, no weak hash."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.tree import ROOT, python_files, shown, templates, tree_of

CALLS = frozenset(
    {
        "eval",
        "exec",
        "compile",
        "os.system",
        "os.popen",
        "render_template_string",
        "from_string",
        "populate_obj",
        "literal_column",
        "unquote",
        "unquote_plus",
    }
)
MODULES = frozenset({"pickle", "marshal", "shelve", "yaml", "ldap", "lxml", "telnetlib"})
STARTS_PROGRAMS = frozenset({"app/core/backup.py", "app/core/processes.py"})
ALLOWED = {
    "app/core/bounce_boxes.py unquote": "the name and password of a mailbox, from the settings",
    "app/placements/models.py SQL put together": "conditions of indexes, from our own list of stages",
}
READS_BOTH = {
    "app/placements/views/batch.py": "the youth of a batch stands in the address and in the form"
}
TRUSTED_HTML = {
    "app/accounts/views/second_factor.py": "the square that segno draws from our own address",
    "app/core/presentation.py": "line breaks and icons around escaped text",
}
# Patterns put together from our own tables while the module is read; none holds what a person typed.
OWN_PATTERNS = frozenset(
    {
        "app/core/forms.py",
        "app/engine/text/fold.py",
        "app/engine/text/sounds.py",
        "app/engine/text/wishes.py",
        "app/rules/disguise.py",
        "app/rules/wording.py",
    }
)
PATTERN_CALLS = frozenset(
    f"re.{one}"
    for one in ("compile", "match", "search", "fullmatch", "sub", "split", "findall", "finditer")
)
WEAK = re.compile(r"\b(md5|MODE_ECB|ECB|DES|RC4|ARC4|PKCS1v15)\b")


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        before = _name(node.value)
        return f"{before}.{node.attr}" if before else node.attr
    return node.id if isinstance(node, ast.Name) else ""


def dangerous(path: Path, tree: ast.AST) -> Iterator[str]:
    """Yield the dangerous calls and imports of a module."""
    place = shown(path)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = _name(node.func)
            is_pattern = name in PATTERN_CALLS
            if name in CALLS or (name.rpartition(".")[2] in CALLS and not is_pattern):
                yield f"{place}:{node.lineno} {name}"
            if name == "text" and node.args and not isinstance(node.args[0], ast.Constant):
                yield f"{place}:{node.lineno} SQL put together"
            is_built = name in PATTERN_CALLS and not isinstance(node.args[0], ast.Constant)
            if is_built and place not in OWN_PATTERNS:
                yield f"{place}:{node.lineno} pattern put together"
            if any(one.arg == "shell" for one in node.keywords):
                yield f"{place}:{node.lineno} shell"
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = (
                [one.name for one in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
            )
            for one in names:
                root = one.partition(".")[0]
                if root in MODULES or (root == "subprocess" and place not in STARTS_PROGRAMS):
                    yield f"{place}:{node.lineno} import {one}"
        elif (
            isinstance(node, ast.Attribute)
            and _name(node) == "request.values"
            and place not in READS_BOTH
        ):
            yield f"{place}:{node.lineno} request.values"


def test_nothing_dangerous_is_called() -> None:
    found = [one for path in python_files("app") for one in dangerous(path, tree_of(path))]
    unlisted = [one for one in found if re.sub(r":\d+", "", one) not in ALLOWED]

    assert unlisted == []


def test_html_is_never_trusted() -> None:
    safe = [
        shown(path)
        for path in templates()
        if re.search(r"\|\s*safe\b|autoescape\s+false", path.read_text(encoding="utf-8"))
    ]
    marked = {
        shown(path)
        for path in python_files("app")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and _name(node.func) == "Markup"
    }

    assert safe == []
    assert marked <= set(TRUSTED_HTML)


def test_our_scripts_write_text_and_run_nothing() -> None:
    words = re.compile(
        r"innerHTML|outerHTML\s*=|insertAdjacentHTML|document\.write|\beval\(|new Function|__proto__"
    )
    found = [
        f"{path.name}: {hit.group(0)}"
        for path in sorted((ROOT / "static" / "js").glob("*.js"))
        for hit in words.finditer(path.read_text(encoding="utf-8"))
    ]
    listens = [
        path.name
        for path in sorted((ROOT / "static" / "js").glob("*.js"))
        if 'window.addEventListener("message"' in path.read_text(encoding="utf-8")
    ]

    assert (found, listens) == ([], [])


def test_no_weak_cipher_or_hash_is_named() -> None:
    found, sha1 = [], set()
    for path in python_files("app"):
        text = path.read_text(encoding="utf-8")
        found += [f"{shown(path)}: {hit.group(0)}" for hit in WEAK.finditer(text)]
        if "sha1" in text:
            sha1.add(shown(path))

    assert found == []
    assert sha1 <= {"app/accounts/services/leaked.py"}


def test_nothing_that_must_not_be_guessed_comes_from_random() -> None:
    users = {
        shown(path)
        for path in python_files("app")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Import) and any(one.name == "random" for one in node.names)
    }

    assert all(one.startswith("app/demo/") for one in users)


def test_the_checker_sees_what_is_dangerous() -> None:
    path = ROOT / "app" / "planted.py"
    code = """
import pickle, subprocess
eval(typed)
session.execute(text(f"SELECT {typed}"))
subprocess.run(typed, shell=True)
form.populate_obj(row)
request.values["a"]
"""

    found = {one.partition(" ")[2] for one in dangerous(path, ast.parse(code))}

    assert found == {
        "import pickle",
        "import subprocess",
        "eval",
        "SQL put together",
        "shell",
        "form.populate_obj",
        "request.values",
    }
