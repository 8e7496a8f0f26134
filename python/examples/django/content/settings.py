"""A Django project whose AI settings are a release, and not rows of a database."""

import os
from pathlib import Path

from tenfold import open_settings

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = os.environ.get("DJANGO_SECRET_KEY", "of this example alone")
DEBUG = os.environ.get("DJANGO_DEBUG") == "1"
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
ROOT_URLCONF = "content.urls"
WSGI_APPLICATION = "content.wsgi.application"
INSTALLED_APPS = ["django.contrib.contenttypes"]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
USE_TZ = True

# Opened once, when the project is loaded. A worker that is forked from here polls for itself from
# its first question on, and shares the memory until then.
AI = open_settings(
    os.environ.get("TENFOLD_STORE", "file:.tenfold/store"),
    trust=os.environ.get("TENFOLD_TRUST"),
    cache_dir=os.environ.get("TENFOLD_CACHE"),
)
