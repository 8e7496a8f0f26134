"""Two pages that use them as before."""

import logging

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from content.accounts import Account
from content.ai import AIPrompt, get_model_config
from tenfold import ErrorCode, TenfoldError

logger = logging.getLogger(__name__)

STATUSES: dict[ErrorCode, int] = {"unknown_plan": 400, "missing_key": 503, "invalid_key": 503}
"""What the caller did wrong, and what whoever runs this service has to put right."""


def generate(request: HttpRequest, slug: str) -> JsonResponse:
    """Show what would be sent to the provider for an account, without the key."""
    account = Account(slug, request.GET.get("plan", "free"))  # type: ignore[arg-type]
    try:
        config = get_model_config(function_name="generate_content", account=account)
        prompt = AIPrompt.get_effective_prompt(account=account, prompt_type="clustering")
    except TenfoldError as error:
        # The message is for whoever runs this service.
        logger.warning("no answer for %s: %s", slug, error)
        return JsonResponse({"error": error.code}, status=STATUSES.get(error.code, 500))
    authorization = f"Bearer {config.pop('api_key')}"
    return JsonResponse({**config, "prompt": prompt, "authorized": len(authorization) > 7})


def health(_: HttpRequest) -> HttpResponse:
    """Say whether the settings are current, for whoever watches this service."""
    status = settings.AI.status
    code = 503 if status.state == "expired" else 200
    return HttpResponse(f"{status.state} {status.seq}\n", status=code, content_type="text/plain")


def fail(_: HttpRequest, slug: str) -> HttpResponse:
    """Fail with an answer at hand, as any view may: the debug page shows no key."""
    config = settings.AI.get_model_config("generate_content", slug)
    raise RuntimeError(f"the provider of {config.model} is down")
