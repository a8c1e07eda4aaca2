"""Migrations of the core store."""

from sop_assess.migrations import run_environment

run_environment("core")
