"""The environment of every git that is started, which knows none of the platform's keys.

git never waits for a person, works in no repository but the one that it is given, and runs no
program that a repository names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

# How a program is found, where its user's settings are, and how it reaches a network.
_PASSED = frozenset(
    (
        "PATH LD_LIBRARY_PATH HOME USER LOGNAME TMPDIR TEMP TMP XDG_CONFIG_HOME "
        "XDG_CACHE_HOME XDG_RUNTIME_DIR TZ LANG SUDO_UID HTTP_PROXY HTTPS_PROXY ALL_PROXY "
        "NO_PROXY SSL_CERT_FILE SSL_CERT_DIR CURL_CA_BUNDLE SSH_AUTH_SOCK SSH_AGENT_PID "
        "KRB5CCNAME DBUS_SESSION_BUS_ADDRESS SYSTEMROOT SYSTEMDRIVE WINDIR COMSPEC PATHEXT "
        "USERPROFILE USERNAME HOMEDRIVE HOMEPATH APPDATA LOCALAPPDATA PROGRAMDATA "
        "PROGRAMFILES"
    ).split()
)
_GIT_PASSED = frozenset(
    (
        "GIT_SSH GIT_SSH_COMMAND GIT_SSH_VARIANT GIT_ASKPASS SSH_ASKPASS GIT_SSL_CAINFO "
        "GIT_SSL_CAPATH GIT_SSL_CERT GIT_SSL_KEY GIT_SSL_NO_VERIFY GIT_SSL_VERSION "
        "GIT_PROXY_SSL_CAINFO GIT_CONFIG_GLOBAL GIT_CONFIG_SYSTEM GIT_CONFIG_NOSYSTEM"
    ).split()
)
_REACHES = re.compile(
    r"(?i)(https?|credential|url|ssh|safe)\.|core\.(sshcommand|askpass|gitproxy)\Z"
)
_PROTOCOLS = ("file", "git", "http", "https", "ssh")
# Switches off whatever would run a program or wait for one. A server that is silent for a minute is
# given up, and nothing that git does on its own outlives the command.
_INERT = (
    ("core.hooksPath", "/dev/null"),
    ("core.fsmonitor", "false"),
    ("core.alternateRefsCommand", ""),
    ("safe.bareRepository", "explicit"),
    ("protocol.ext.allow", "never"),
    ("log.showSignature", "false"),
    ("submodule.recurse", "false"),
    ("fetch.recurseSubmodules", "false"),
    ("core.useReplaceRefs", "false"),
    ("gc.autoDetach", "false"),
    ("maintenance.autoDetach", "false"),
    ("http.lowSpeedLimit", "1"),
    ("http.lowSpeedTime", "60"),
)


def git_environment(ambient: Mapping[str, str], git_dir: str | None = None) -> dict[str, str]:
    """Return the environment for a git that talks to a remote from a repository of our own.

    Without `git_dir`, git looks for the repository that contains its working directory.
    """
    passed = {
        name: value
        for name, value in ambient.items()
        if name.upper() in _PASSED or name in _GIT_PASSED
    }
    settings = [*_settings_of(ambient), *_INERT]
    passed.update(
        LC_ALL="C",
        LANGUAGE="",
        GIT_TERMINAL_PROMPT="0",
        GIT_NO_REPLACE_OBJECTS="1",
        GIT_OPTIONAL_LOCKS="0",
        GIT_LITERAL_PATHSPECS="1",
        GIT_PAGER="cat",
        GIT_ALLOW_PROTOCOL=_protocols(ambient.get("GIT_ALLOW_PROTOCOL")),
        GIT_CONFIG_COUNT=str(len(settings)),
    )
    if git_dir is not None:
        passed["GIT_DIR"] = git_dir
    for index, (key, value) in enumerate(settings):
        passed[f"GIT_CONFIG_KEY_{index}"] = key
        passed[f"GIT_CONFIG_VALUE_{index}"] = value
    has_ssh = "GIT_SSH" in passed or any(key.lower() == "core.sshcommand" for key, _ in settings)
    if not has_ssh:
        passed.setdefault("GIT_SSH_COMMAND", "ssh -o BatchMode=yes -o ConnectTimeout=30")
    return passed


def _settings_of(ambient: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return configuration from the environment, as containers leave it there."""
    count = ambient.get("GIT_CONFIG_COUNT", "0")
    settings = []
    for index in range(int(count) if count.isascii() and count.isdecimal() else 0):
        key = ambient.get(f"GIT_CONFIG_KEY_{index}")
        value = ambient.get(f"GIT_CONFIG_VALUE_{index}")
        if key is None or value is None:
            break
        if _REACHES.match(key):
            settings.append((key, value))
    return settings


def _protocols(allowed: str | None) -> str:
    """Return the protocols that reach a remote: a helper of another name is a program."""
    ours: tuple[str, ...] = _PROTOCOLS
    if allowed is not None:
        ours = tuple(name for name in allowed.split(":") if name in _PROTOCOLS)
    return ":".join(ours)
