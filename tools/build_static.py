"""Make `static/vendor/`: the few third-party files that a browser loads, named by their content.

`manifest.json` maps a logical name to the file to serve: `vendor.css` (typeface and the part of
Bootstrap that is used), `htmx.js`, `icons.svg` (a sprite of the icons that are used), the two
weights of the typeface. Each text file has its compressed copy beside it. A file's name holds a
digest of its content, so it may be cached for ever.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from tools.commands import ROOT
from tools.console import ToolFailure
from tools.stamps import digest, is_current, record
from tools.stylesheet import class_names, cut, dark_by_media_query, images_to_files

NODE_MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"

ICON_CALL = re.compile(r"""\bicon\(\s*["']([a-z0-9-]+)["']""")
ICON_NAMED = re.compile(r"""\b(?:icon|symbol)["']?\s*[=:]\s*["']([a-z0-9-]+)["']""")
ICON_WORD = re.compile(r"""["']([a-z0-9]+(?:-[a-z0-9]+)*)["']""")
QUOTED = re.compile(r""""([^"\n]*)"|'([^'\n]*)'""")
SYMBOL = re.compile(r"<symbol.*?</symbol>", re.DOTALL)
SYMBOL_ID = re.compile(r'\bid="([^"]+)"')
WORD = re.compile(r"[A-Za-z][\w-]*")
LICENCES = {
    "bootstrap": "MIT, The Bootstrap Authors",
    "bootstrap-icons": "MIT, The Bootstrap Authors",
    "htmx.org": "0BSD, Big Sky Software",
    "@fontsource/atkinson-hyperlegible": "OFL-1.1, Braille Institute of America",
}


def ensure_static(vendor: Path = VENDOR) -> bool:
    """Make the files again when a package, this program or a name used in our sources has changed.

    Returns whether anything was made.

    Raises:
        ToolFailure: a template names an icon that does not exist.
    """
    sources = Sources.read(ROOT)
    bootstrap = _package("bootstrap/dist/css/bootstrap.min.css").read_text(encoding="utf-8")
    symbols = _symbols()
    icons = sources.icons(symbols)
    words = sources.words
    used = sorted(name for name in class_names(bootstrap) if name in words)
    families = sorted(word for word in words if word.endswith("-"))
    programs = [Path(__file__), Path(__file__).with_name("stylesheet.py")]
    wanted = digest([ROOT / "package-lock.json", *programs, *used, *families, "icons", *icons])
    if is_current(vendor / ".stamp", wanted):
        return False
    folder = Folder(vendor.with_name(vendor.name + ".new"))
    _fill(folder, bootstrap, words, [symbols[name] for name in icons])
    if vendor.exists():
        shutil.rmtree(vendor)
    folder.path.rename(vendor)
    record(vendor / ".stamp", wanted)
    return True


class Sources:
    """What our own templates, scripts and modules say, as far as styles and icons are concerned."""

    def __init__(self, templates: Iterable[str], modules: Iterable[str]) -> None:
        self.templates = list(templates)
        self.modules = list(modules)

    @classmethod
    def read(cls, root: Path) -> Sources:
        pages = sorted((root / "templates").rglob("*.html"))
        scripts = sorted((root / "static" / "js").rglob("*.js"))
        modules = sorted((root / "app").rglob("*.py"))
        return cls(_texts(pages), _texts([*modules, *scripts]))

    @property
    def words(self) -> set[str]:
        """Every word that may be a class: all of the templates, the quoted ones of the programs."""
        quoted = (a or b for text in self.modules for a, b in QUOTED.findall(text))
        return {word for text in [*self.templates, *quoted] for word in WORD.findall(text)}

    def icons(self, known: Iterable[str]) -> list[str]:
        """Return the icons in use, sorted.

        `icon("house")` must exist. A template may also walk a table of names, and a program may
        say `icon="house"`: such words count when an icon has that name.

        Raises:
            ToolFailure: an icon is called that the package does not have.
        """
        known = set(known)
        texts = [*self.templates, *self.modules]
        called = {name for text in texts for name in ICON_CALL.findall(text)}
        if missing := sorted(called - known):
            raise ToolFailure(f"Icônes inconnues de bootstrap-icons : {', '.join(missing)}")
        named = {name for text in texts for name in ICON_NAMED.findall(text)}
        listed = {name for text in self.templates for name in ICON_WORD.findall(text)}
        return sorted(called | ((named | listed) & known))


class Folder:
    """A folder in the making: files named by their content, and the manifest that finds them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.manifest: dict[str, str] = {}
        if path.exists():
            shutil.rmtree(path)
        path.mkdir(parents=True)

    def add(self, logical_name: str, content: bytes) -> str:
        """Write one file, with a compressed copy when that saves bytes; return its served name."""
        stem, _, suffix = logical_name.rpartition(".")
        served = f"{stem}.{hashlib.sha256(content).hexdigest()[:10]}.{suffix}"
        (self.path / served).write_bytes(content)
        packed = gzip.compress(content, 9, mtime=0)
        if len(packed) < len(content) * 0.95:
            (self.path / f"{served}.gz").write_bytes(packed)
        self.manifest[logical_name] = served
        return served

    def close(self) -> None:
        """Write the manifest and the licences of what is inside."""
        lines = [f"{package}: {licence}" for package, licence in LICENCES.items()]
        (self.path / "LICENCES.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        listing = json.dumps(self.manifest, indent=2, sort_keys=True) + "\n"
        (self.path / "manifest.json").write_text(listing, encoding="utf-8")


def _fill(folder: Folder, bootstrap: str, words: set[str], symbols: list[str]) -> None:
    faces = "".join(_font_face(folder, weight) for weight in (400, 700))
    images: dict[str, str] = {}

    def store(svg: str) -> str:
        if svg not in images:
            images[svg] = folder.add(f"image-{len(images) + 1}.svg", svg.encode())
        return images[svg]

    styles = images_to_files(dark_by_media_query(cut(bootstrap, words)), store)
    notice = "/* Bootstrap (MIT) and Atkinson Hyperlegible (OFL-1.1): see LICENCES.txt */\n"
    folder.add("vendor.css", f"{notice}{faces}{styles}\n".encode())
    folder.add("htmx.js", _package("htmx.org/dist/htmx.min.js").read_bytes())
    sprite = f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>\n'
    folder.add("icons.svg", sprite.encode())
    folder.close()


def _font_face(folder: Folder, weight: int) -> str:
    """Add one weight of the typeface; latin alone holds every letter of French, œ included."""
    package = "@fontsource/atkinson-hyperlegible/files"
    source = _package(f"{package}/atkinson-hyperlegible-latin-{weight}-normal.woff2")
    served = folder.add(f"atkinson-{weight}.woff2", source.read_bytes())
    return (
        '@font-face{font-family:"Atkinson Hyperlegible";font-style:normal;font-display:swap;'
        f'font-weight:{weight};src:url("{served}") format("woff2")}}'
    )


def _symbols() -> dict[str, str]:
    sprite = _package("bootstrap-icons/bootstrap-icons.svg").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for symbol in SYMBOL.findall(sprite):
        if name := SYMBOL_ID.search(symbol):
            found[name[1]] = symbol
    return found


def _package(path: str) -> Path:
    return NODE_MODULES / path


def _texts(paths: Iterable[Path]) -> Iterable[str]:
    return (path.read_text(encoding="utf-8") for path in paths)
