"""Set up the front-end parts: fonts, design tokens and htmx from npm go to static/vendor/.

Static files get a .gz and a .br beside them. Nothing is done twice for the same package-lock.json and the
same version of this file.
"""

import gzip
import re
import shutil
import subprocess
from pathlib import Path

import brotli
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from scripts.steps import ROOT, fresh, stamp

STATIC = ROOT / "static"
VENDOR = STATIC / "vendor"
PARTS = ROOT / "node_modules"
TOKENS = "@gcds-core/tokens/build/web/css/global.css"
HTMX = "htmx.org/dist/htmx.min.js"

# file of the part, family, weight, name here
FONTS = (
    ("lato/gcds-lato", "Lato", 700, "lato-700"),
    ("noto-sans/gcds-noto-sans-regular", "Noto Sans", 400, "noto-sans-400"),
    ("noto-sans/gcds-noto-sans-medium", "Noto Sans", 500, "noto-sans-500"),
    ("noto-sans/gcds-noto-sans-bold", "Noto Sans", 700, "noto-sans-700"),
)
ASCII = "".join(chr(code) for code in range(0x20, 0x7F))
FRENCH = "ÀÂÆÇÈÉÊËÎÏÔŒÙÛÜŸàâæçèéêëîïôœùûüÿ"
SIGNS = "\u00a0\u2009\u2011\u202f©«»°·×÷–—‘’“”•…€←→↑↓✓−½"
LETTERS = ASCII + FRENCH + SIGNS
"""What English and French are written with; a letter beyond these comes from the reader's own fonts."""

FEATURES = ["kern", "ccmp", "locl", "mark"]
COMPRESSED = {".css", ".js", ".svg", ".txt", ".json", ".webmanifest"}


def fetch_parts() -> None:
    """Install the npm packages of the lock, once for each lock."""
    mark = PARTS / ".devex"
    if not fresh(mark, ROOT / "package-lock.json", ROOT / "package.json"):
        subprocess.run(["npm", "ci", "--silent"], cwd=ROOT, check=True)
        stamp(mark, ROOT / "package-lock.json", ROOT / "package.json")


def cut_font(source: Path, target: Path) -> None:
    """Write the font with the letters of English and French only, without hints for old screens."""
    font = TTFont(source)
    options = Options()
    options.hinting = False
    options.layout_features = FEATURES
    options.name_IDs = [0, 1, 2, 13, 14]  # who made it and under which licence stays in the file
    options.glyph_names = False
    options.drop_tables += ["FFTM"]
    cutter = Subsetter(options)
    cutter.populate(text=LETTERS)
    cutter.subset(font)
    font.flavor = "woff2"
    font.save(target)


def font_face(family: str, weight: int, name: str) -> str:
    """Say to a browser where the font lies; text is readable before it has come."""
    return (
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:normal;font-display:swap;'
        f'src:url("{name}.woff2") format("woff2")}}\n'
    )


def copy_parts() -> None:
    """Fill static/vendor/ anew."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    for source, _family, _weight, name in FONTS:
        cut_font(PARTS / f"@gcds-core/fonts/fonts/{source}.woff2", VENDOR / f"{name}.woff2")
    faces = "".join(font_face(family, weight, name) for _source, family, weight, name in FONTS)
    (VENDOR / "fonts.css").write_text(faces, encoding="utf-8")
    tokens = (PARTS / TOKENS).read_text(encoding="utf-8")
    bare = re.sub(r"/\*.*?\*/", "", tokens, flags=re.DOTALL)
    (VENDOR / "tokens.css").write_text(re.sub(r"\s*\n\s*", "\n", bare).strip() + "\n", encoding="utf-8")
    shutil.copyfile(PARTS / "@gcds-core/tokens/LICENSE", VENDOR / "tokens.LICENSE.txt")
    shutil.copyfile(PARTS / HTMX, VENDOR / "htmx.min.js")


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
