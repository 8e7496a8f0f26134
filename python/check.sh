#!/bin/sh
# Installs the package with all that its tests need, and checks it:
#
#     sh check.sh [FOLDER]
#
# FOLDER is for the virtual environment, which is made there if there is none; by default it is a
# temporary one. The last line is pytest's own count, and the exit code says whether all is well.
set -u

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
venv=${1:-$work/venv}
case $venv in /*) ;; *) venv=$PWD/$venv ;; esac
python=${PYTHON:-python3}
failed=0

step() {
    name=$1
    shift
    if "$@" >"$work/output" 2>&1; then
        echo "python: $name"
    else
        failed=1
        echo "python: $name failed"
        cat "$work/output"
    fi
}

if [ ! -x "$venv/bin/python" ]; then
    "$python" -m venv "$venv" || exit 1
fi
if ! "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    "$here[sealed,openfeature,test]" >"$work/output" 2>&1; then
    cat "$work/output"
    echo "python: 0 passed, 1 failed"
    exit 1
fi
# The sources are what is checked, and not the copy that was installed with their dependencies.
"$venv/bin/python" -m pip uninstall --quiet --yes tenfold >/dev/null 2>&1

cd "$here" || exit 1
export PYTHONDONTWRITEBYTECODE=1 MYPY_CACHE_DIR="$work/mypy" RUFF_CACHE_DIR="$work/ruff"
step "ruff format" "$venv/bin/ruff" format --check .
step "ruff check" "$venv/bin/ruff" check .
for version in 3.10 3.11 3.12 3.13 3.14; do
    step "mypy $version" "$venv/bin/mypy" --python-version "$version"
done
if "$venv/bin/python" -m pip install --quiet --disable-pip-version-check pyright >/dev/null 2>&1 &&
    "$venv/bin/pyright" --version >/dev/null 2>&1; then
    step "pyright" "$venv/bin/pyright" --pythonpath "$venv/bin/python"
else
    echo "python: pyright is left out: it cannot be installed here"
fi
step "build" "$venv/bin/python" -m build --outdir "$work/dist" .

"$venv/bin/python" -m pytest --junit-xml="$work/report.xml" || failed=1
"$venv/bin/python" - "$work/report.xml" "$failed" <<'END'
import sys
from xml.etree import ElementTree

try:
    suite = ElementTree.parse(sys.argv[1]).getroot().find("testsuite")
    count = {name: int(suite.get(name)) for name in ("tests", "failures", "errors", "skipped")}
except (OSError, AttributeError, ElementTree.ParseError):
    count = {"tests": 1, "failures": 1, "errors": 0, "skipped": 0}
wrong = count["failures"] + count["errors"]
passed = count["tests"] - wrong - count["skipped"]
print(f"python: {passed} passed, {wrong} failed")
sys.exit(int(wrong > 0 or passed == 0 or sys.argv[2] != "0"))
END
