#!/usr/bin/env python3
"""The order of the house, checked: who may include whom, and which library may be seen where.

Usage: check_includes.py SOURCE_DIR    exits 1 and names each offending line.
"""
import pathlib
import re
import sys

ALLOWED = {
    "core": set(),
    "sky": {"core"},
    "net": {"core"},
    "fits": {"sky", "core"},
    "hips": {"fits", "net", "sky", "core"},
    "catalogs": {"fits", "net", "sky", "core"},
    "archives": {"catalogs", "net", "sky", "core"},
    "samp": {"net", "core"},
    "render": {"sky", "core"},
    "scene": {"core", "sky", "net", "fits", "hips", "catalogs", "archives", "render"},
    "app": {"core", "sky", "net", "fits", "hips", "catalogs", "archives", "samp", "render", "scene"},
}
# Library headers -> the modules that may see them.
LIBRARIES = [
    (r"curl/", {"net"}),
    (r"(fitsio|longnam)\.h", {"fits"}),
    (r"wcslib/", {"fits"}),
    (r"(GL|EGL|GLES\d?|KHR)/", {"render"}),
    (r"healpix_cxx/", {"sky"}),
    (r"erfa\.h", {"sky"}),
    (r"(jpeglib|png|webp/\w+)\.?h?", {"hips"}),
    (r"Q[A-Z]\w*|Qt\w+/.*|qt\w*\.h", {"app", "samp", "archives"}),
    (r"nlohmann/", {"hips", "catalogs", "archives", "scene", "app"}),
]
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def offences(source: pathlib.Path):
    for module, allowed in ALLOWED.items():
        for path in sorted((source / module).rglob("*")):
            if path.suffix not in (".h", ".cpp", ".c"):
                continue
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                found = INCLUDE.match(line)
                if not found:
                    continue
                name = found.group(2)
                where = f"{path.relative_to(source)}:{number}"
                top = name.split("/")[0]
                if found.group(1) == '"' and top in ALLOWED and "/" in name:
                    if top != module and top not in allowed:
                        yield f"{where}: {module}/ must not include {top}/ ({name})"
                    continue
                for pattern, users in LIBRARIES:
                    if re.fullmatch(pattern + r".*", name) and module not in users:
                        yield f"{where}: {name} is only for {', '.join(sorted(users))}"


def main() -> int:
    source = pathlib.Path(sys.argv[1])
    bad = list(offences(source))
    print("\n".join(bad) if bad else "includes follow the order of the house")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
