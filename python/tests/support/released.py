"""Stores by the built program of the repository that contains this package."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = ROOT / "dist" / "cli.js"
NAMES = ("OPENAI", "ANTHROPIC", "DALLE", "RUNWARE", "VOYAGE")
KEYS = {f"{name}_API_KEY": f"{name.lower()}-0123456789abcdefghij" for name in NAMES}


@dataclass(frozen=True)
class Released:
    """A folder with a configuration, its root of trust, and a store that was released from it."""

    folder: Path

    @property
    def url(self) -> str:
        return f"file:{self.folder / 'store'}"

    @property
    def trust(self) -> Path:
        return self.folder / "config" / "trust" / "root.json"

    @property
    def identity(self) -> str:
        return str(self.folder / ".tenfold" / "keys" / "production-runtime.age")

    def run(self, *arguments: str, text: str | None = None) -> str:
        """Run the program there, and return what it prints."""
        environment = {
            **os.environ,
            **KEYS,
            "XDG_STATE_HOME": str(self.folder / "state"),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
        }
        done = subprocess.run(
            ["node", str(PROGRAM), *arguments],
            cwd=self.folder,
            env=environment,
            input=text,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"tenfold {' '.join(arguments)}: {done.stderr}"
        return done.stdout


def has_program() -> bool:
    return PROGRAM.is_file() and shutil.which("node") is not None


def release(folder: Path, config: Path = ROOT / "config") -> Released:
    if not has_program():
        pytest.skip("the program is not built here")
    shutil.copytree(config, folder / "config", ignore=shutil.ignore_patterns("trust"))
    made = Released(folder)
    made.run("keys", "init")
    made.run("release", "--to", "file:store")
    return made
