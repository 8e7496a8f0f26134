"""A configuration of every shape: kinds, providers, functions, prompts, records and plans."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from support.publisher import Content

_EVERYTHING = [
    "text",
    "image",
    "openai",
    "anthropic",
    "dalle",
    "runware",
    "prompts",
    "author_profiles",
    "strategies",
]
_TEMPERATURE = ["temperature", {"maximum": 2, "minimum": 0, "type": "number"}]
_MAX_TOKENS = ["max_tokens", {"minimum": 1, "required": True, "type": "integer"}]
_SIZE = ["size", {"format": "dimensions", "listed": True, "type": "string"}]

GLOBALS: dict[str, Any] = {
    "environment": "production",
    "vocabulary": {
        "kinds": {
            "text": {
                "function": [["response_format", {"enum": ["text", "json"], "type": "string"}]],
                "section": [],
            },
            "image": {
                "function": [],
                "section": [
                    ["max_in_article", {"maximum": 10, "minimum": 0, "type": "integer"}],
                ],
            },
        },
        "providers": {
            "openai": {"kind": "text", "parameters": [_TEMPERATURE, _MAX_TOKENS]},
            "anthropic": {"kind": "text", "parameters": [_TEMPERATURE, _MAX_TOKENS]},
            "dalle": {
                "kind": "image",
                "parameters": [
                    _SIZE,
                    ["quality", {"enum": ["standard", "hd"], "listed": True, "type": "string"}],
                    ["style", {"enum": ["vivid", "natural"], "listed": True, "type": "string"}],
                ],
            },
            "runware": {"kind": "image", "parameters": [_SIZE]},
        },
    },
    "text": {"provider": "openai"},
    "image": {"max_in_article": 2, "provider": "runware"},
    "providers": {
        "openai": {
            "fields": {"max_tokens": 8192, "model": "gpt-4o-mini", "temperature": 0.7},
            "secret": "OPENAI_API_KEY",
        },
        "anthropic": {
            "fields": {"max_tokens": 4096, "model": "claude", "temperature": 0.7},
            "secret": "ANTHROPIC_API_KEY",
        },
        "dalle": {
            "fields": {
                "model": "dall-e-3",
                "quality": "standard",
                "size": "1024x1024",
                "style": "vivid",
            },
            "secret": "DALLE_API_KEY",
        },
        "runware": {
            "fields": {"model": "runware:97@1", "size": "1024x1024"},
            "secret": "RUNWARE_API_KEY",
        },
    },
    "models": {
        "gpt-4": {
            "kind": "text",
            "parameters": {"max_tokens": {"maximum": 8192}},
            "provider": "openai",
        },
        "gpt-4o-mini": {
            "kind": "text",
            "parameters": {"max_tokens": {"maximum": 16384}},
            "provider": "openai",
        },
        "o4": {"kind": "text", "parameters": {"temperature": False}, "provider": "openai"},
        "claude": {
            "kind": "text",
            "parameters": {"max_tokens": {"maximum": 8192}, "temperature": {"maximum": 1}},
            "provider": "anthropic",
        },
        "dall-e-3": {
            "kind": "image",
            "parameters": {
                "quality": {"enum": ["standard", "hd"]},
                "size": {"enum": ["1024x1024", "1792x1024"]},
                "style": {"enum": ["vivid", "natural"]},
            },
            "provider": "dalle",
        },
        "dall-e-2": {
            "kind": "image",
            "parameters": {"size": {"enum": ["512x512", "1024x1024"]}},
            "provider": "dalle",
        },
        "runware:97@1": {
            "kind": "image",
            "parameters": {"size": {"enum": ["1024x1024"]}},
            "provider": "runware",
        },
    },
    "plans": {
        "free": {"may_override": []},
        "starter": {"may_override": ["openai.temperature", "image"]},
        "growth": {"may_override": _EVERYTHING, "models": {"deny": ["o4"]}},
        "scale": {"limits": {"max_tokens": 2000}, "may_override": _EVERYTHING},
    },
    "functions": {
        "generate_content": {
            "defaults": {},
            "kind": "text",
            "models": {},
            "prompts": ["clustering"],
        },
        "auto_cluster": {
            "defaults": {"max_tokens": 3000, "response_format": "json"},
            "kind": "text",
            "models": {"anthropic": "claude"},
            "prompts": [],
        },
        "generate_images": {"defaults": {}, "kind": "image", "models": {}, "prompts": []},
    },
    "prompts": {
        "clustering": {
            "placeholders": "brackets",
            "variables": {"IGNY8_KEYWORDS": True, "IGNY8_LANGUAGE": False, "NOTE": "literal"},
        },
    },
    "author_profiles": {"teacher": {"name": "Clear Teacher", "tone": "plain"}},
    "strategies": {
        "pillar": {"name": "Pillar", "prompt_types": ["ideas"], "sections": ["Problem", "Proof"]},
    },
}
TEXTS = {"clustering": "Group [IGNY8_KEYWORDS] in [IGNY8_LANGUAGE] [NOTE]"}
GRANTED = {name: [one["secret"]] for name, one in GLOBALS["providers"].items()}
KEYS = {
    "OPENAI_API_KEY": "sk-openai-very-secret",
    "ANTHROPIC_API_KEY": "sk-ant-very-secret",
    "DALLE_API_KEY": "dalle-very-secret",
    "RUNWARE_API_KEY": "runware-very-secret",
}


def globals_with(**over: Any) -> dict[str, Any]:
    return {**deepcopy(GLOBALS), **over}


def openai(plan: str, **fields: Any) -> tuple[str, dict[str, Any]]:
    """A paid account that overrides the openai block."""
    return plan, {"overrides": {"openai": fields}}


def numbered(number: int, **accounts: tuple[str, dict[str, Any]]) -> Content:
    """Two accounts that say which release they are of, so that a mixture is seen."""
    own = {name: openai("growth", max_tokens=number) for name in ("acme", "other")}
    return Content(GLOBALS, TEXTS, {**own, **accounts})


def many(count: int, **accounts: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    """Accounts a0, a1 and so on, each with a max_tokens of its own."""
    every = {f"a{i}": openai("growth", max_tokens=i + 1) for i in range(count)}
    return {**every, **accounts}
