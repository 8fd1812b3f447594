"""Set up the front-end parts: fonts from npm go to static/vendor/.

Static files get a .gz and a .br beside them. Nothing is done twice for the same package-lock.json and the
same version of this file.
"""

import gzip
import shutil
import subprocess
import sys
from pathlib import Path

import brotli
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from scripts.steps import ROOT, fresh, stamp

STATIC = ROOT / "static"
VENDOR = STATIC / "vendor"
PARTS = ROOT / "node_modules"

# where the part keeps a font, and its name here, which static/devex.css says too
FONTS = {
    "lato/gcds-lato": "lato-700",
    "noto-sans/gcds-noto-sans-regular": "noto-sans-400",
    "noto-sans/gcds-noto-sans-bold": "noto-sans-700",
}
ASCII = "".join(chr(code) for code in range(0x20, 0x7F))
FRENCH = "ÀÂÆÇÈÉÊËÎÏÔŒÙÛÜŸàâæçèéêëîïôœùûüÿ"
SIGNS = "\u00a0\u2009\u2011\u202f©«»°·×÷–—‘’“”•…€←→↑↓✓−½"
LETTERS = ASCII + FRENCH + SIGNS
"""What English and French are written with; a letter beyond these comes from the reader's own fonts."""
OF_HEADINGS = ASCII + FRENCH + "\u00a0\u2011\u202f«»·–—‘’“”…"
"""No heading has an arrow or a sum in it."""

FEATURES = ["kern"]
"""Every letter is whole: none is put together from marks, and none has a form of its own in French."""
COMPRESSED = {".css", ".js", ".svg", ".txt", ".json", ".webmanifest"}


def fetch_parts() -> None:
    """Install the npm packages of the lock, once for each lock."""
    mark = PARTS / ".devex"
    lock = (ROOT / "package-lock.json", ROOT / "package.json")
    if fresh(mark, *lock):
        return
    if shutil.which("npm") is None:
        sys.exit("npm is needed, which comes with Node 20 or later.")
    command = ["npm", "ci", "--loglevel=error"]
    if subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.DEVNULL).returncode:
        sys.exit("The front-end parts could not be installed; npm says above why.")
    stamp(mark, *lock)


def cut_font(source: Path, target: Path) -> None:
    """Write the font with the letters of English and French only, for pages (woff2) and for PDFs (ttf)."""
    font = TTFont(source)
    options = Options()
    options.hinting = False  # for old screens
    options.layout_features = FEATURES
    options.name_IDs = [0, 1, 2, 6, 13, 14]  # its names, who made it and under which licence stay in the file
    options.glyph_names = False
    options.drop_tables += ["FFTM"]
    cutter = Subsetter(options)
    cutter.populate(text=OF_HEADINGS if target.stem.startswith("lato") else LETTERS)
    cutter.subset(font)
    font.flavor = "woff2"
    font.save(target)
    font.flavor = None
    font.save(target.with_suffix(".ttf"))


def copy_parts() -> None:
    """Fill static/vendor/ anew."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    for source, name in FONTS.items():
        cut_font(PARTS / f"@gcds-core/fonts/fonts/{source}.woff2", VENDOR / f"{name}.woff2")


def compress(source: Path) -> None:
    """Write the file's .gz and .br beside it, unless they are newer than it."""
    zipped, brotlied = Path(f"{source}.gz"), Path(f"{source}.br")
    changed = source.stat().st_mtime_ns
    if all(made.exists() and made.stat().st_mtime_ns > changed for made in (zipped, brotlied)):
        return
    content = source.read_bytes()
    zipped.write_bytes(gzip.compress(content, 9, mtime=0))
    brotlied.write_bytes(brotli.compress(content))


def main() -> None:
    """Bring node_modules/ and static/ up to date."""
    fetch_parts()
    mark, sources = VENDOR / ".devex", (ROOT / "package-lock.json", Path(__file__))
    if not fresh(mark, *sources):
        copy_parts()
        stamp(mark, *sources)
    for path in sorted(STATIC.rglob("*")):
        if path.suffix in COMPRESSED and path.is_file():
            compress(path)


if __name__ == "__main__":
    main()
