"""The one place where our errors become TAXII's words (TAXII 2.1, 3.6.1)."""

import orjson
from flask import Flask, Response
from medallion.exceptions import ProcessingError
from werkzeug.exceptions import HTTPException

from gateway import names
from gateway.errors import GatewayError, NotHeld

__all__ = ["bad_request", "error_response", "register_error_words"]


def error_response(status: int, title: str, description: str) -> Response:
    """A TAXII error resource; `http_status` is a string and equals the status code."""
    body = {"title": title, "description": description, "http_status": str(status)}
    return Response(orjson.dumps(body), status, content_type=names.TAXII_MEDIA_TYPE)


def bad_request(description: str) -> ProcessingError:
    """The error for a request that does not read (TAXII 2.1, 3.4: malformed parameters are 400)."""
    return ProcessingError(description, 400)


def register_error_words(app: Flask) -> None:
    """Answer every error with a TAXII error resource that says no more than the caller needs."""

    @app.errorhandler(ProcessingError)
    def processing(error: ProcessingError) -> Response:
        return error_response(int(error.status), _TITLES.get(int(error.status), "Error"), str(error))

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        status = error.code or 500
        if status < 400:
            return Response(status=status, headers=error.get_headers())
        response = error_response(status, _TITLES.get(status, error.name), _TITLES.get(status, error.name))
        if status == 405 and "Allow" in dict(error.get_headers()):
            response.headers["Allow"] = dict(error.get_headers())["Allow"]
        return response

    @app.errorhandler(GatewayError)
    def ours(error: GatewayError) -> Response:
        status = 404 if isinstance(error, NotHeld) else 500
        return error_response(status, _TITLES[status], _TITLES[status])

    @app.errorhandler(Exception)
    def unforeseen(error: Exception) -> Response:
        app.logger.error("unforeseen error: %s", type(error).__name__)
        return error_response(500, _TITLES[500], "The server failed on this request")


_TITLES = {
    400: "Bad request",
    401: "Authentication is required",
    403: "Not permitted",
    404: "Not found",
    405: "Method not allowed",
    406: "The media type is not offered",
    413: "The request is too large",
    415: "The media type is not accepted",
    422: "The content cannot be processed",
    500: "Internal error",
}
