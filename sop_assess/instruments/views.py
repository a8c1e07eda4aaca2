"""The templates that every kind of instrument shares."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("instruments", __name__, template_folder="templates")
