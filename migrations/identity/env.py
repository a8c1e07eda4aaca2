"""Migrations of the identity store."""

from sop_assess.migrations import run_environment

run_environment("identity")
