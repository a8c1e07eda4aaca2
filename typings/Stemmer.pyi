"""What this project uses of PyStemmer, which ships no types."""

class Stemmer:
    """One language's stemmer, with a memory of so many words."""

    def __init__(self, language: str, maxCacheSize: int = ..., /) -> None: ...
    def stemWord(self, word: str, /) -> str: ...
