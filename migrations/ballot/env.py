"""Migrations of the ballot store."""

from sop_assess.migrations import run_environment

run_environment("ballot")
