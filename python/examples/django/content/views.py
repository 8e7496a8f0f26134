"""Two pages that use them as before."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from content.accounts import Account
from content.ai import AIPrompt, get_model_config


def generate(request: HttpRequest, slug: str) -> JsonResponse:
    """Show what would be sent to the provider for an account, without the key."""
    account = Account(slug, request.GET.get("plan", "free"))  # type: ignore[arg-type]
    config = get_model_config(function_name="generate_content", account=account)
    prompt = AIPrompt.get_effective_prompt(account=account, prompt_type="clustering")
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
