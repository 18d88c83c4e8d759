#!/usr/bin/env python3
"""The check itself can fail: a tree with a wrong include of each kind is reported, a right one is not."""
import pathlib
import subprocess
import sys
import tempfile

CHECK = pathlib.Path(__file__).with_name("check_includes.py")
CASES = [
    ("sky/a.h", '#include "core/result.h"', True),
    ("core/a.h", '#include "sky/angle.h"', False),
    ("hips/a.cpp", '#include "render/renderer.h"', False),
    ("scene/a.cpp", "#include <QWidget>", False),
    ("app/a.cpp", "#include <QtWidgets/QWidget>", True),
    ("hips/a.cpp", "#include <fitsio.h>", False),
    ("render/a.cpp", "#include <GL/gl.h>", True),
    ("app/a.cpp", "#include <GL/gl.h>", False),
    ("hips/a.cpp", "#include <curl/curl.h>", False),
    ("sky/a.cpp", "#include <queue>", True),
]
failed = 0
for name, line, good in CASES:
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / name
        path.parent.mkdir(parents=True)
        path.write_text(line + "\n")
        ok = subprocess.run([sys.executable, CHECK, folder], capture_output=True).returncode == 0
        if ok != good:
            failed += 1
            print(f"{name}: {line}: expected {'accepted' if good else 'refused'}")
sys.exit(1 if failed else 0)
