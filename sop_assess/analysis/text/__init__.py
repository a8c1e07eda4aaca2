"""Themes in short free texts: cleaning, vectors, clusters, names, quotes and stability.

Only job code imports the modules that need scikit-learn; ``clean`` and ``languages``
stay light, so that a page may mask a text.
"""
