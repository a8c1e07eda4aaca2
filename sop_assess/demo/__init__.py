"""The sample company: a simulator with planted truths that uses the same services as people."""
