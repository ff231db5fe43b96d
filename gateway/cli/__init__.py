"""The one program, `gateway`: one module per command group.

This edge turns our errors into exit codes: 0 done, 1 the thing checked does not hold, 2 the call or the configuration
is wrong.
"""

import sys

from rich.console import Console

from gateway.cli.application import application
from gateway.errors import ConfigurationError, GatewayError

__all__ = ["main"]

_WRONG_CALL, _DOES_NOT_HOLD = 2, 1


def main() -> None:
    """Run the program; the entry point of the console script."""
    try:
        application(prog_name="gateway")
    except GatewayError as error:
        said = f"{error} [{error.code}]"
        Console(stderr=True, highlight=False, soft_wrap=True).print(said, style="red", markup=False)
        sys.exit(_WRONG_CALL if isinstance(error, ConfigurationError) else _DOES_NOT_HOLD)
