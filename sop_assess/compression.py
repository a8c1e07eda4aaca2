"""Text answers travel compressed when the browser takes gzip."""

from __future__ import annotations

import gzip

from flask import Flask, Response, request

SMALLEST = 1000
TYPES = frozenset(
    {"text/html", "text/css", "text/csv", "text/plain", "text/javascript", "application/json",
     "image/svg+xml", "application/manifest+json"}
)  # fmt: skip


def init_app(app: Flask) -> None:
    """Compress at the very end, after every other change to the answer."""
    app.after_request(compress)


def accepts_gzip() -> bool:
    """Whether the browser takes a compressed answer."""
    return request.accept_encodings["gzip"] > 0


def compress(response: Response) -> Response:
    """The answer, compressed when that saves time."""
    if response.mimetype not in TYPES:
        return response
    response.vary.add("Accept-Encoding")
    if _worthwhile(response) and accepts_gzip():
        response.set_data(gzip.compress(response.get_data(), compresslevel=5, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        if response.headers.get("ETag"):
            response.headers["ETag"] = f"W/{response.headers['ETag'].removeprefix('W/')}"
    return response


def _worthwhile(response: Response) -> bool:
    return (
        response.status_code == 200
        and not response.is_streamed
        and not response.direct_passthrough
        and "Content-Encoding" not in response.headers
        and (response.calculate_content_length() or 0) > SMALLEST
    )
