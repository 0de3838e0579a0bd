"""What every stage script does before anything else: under DVC it keeps a copy of `dvc.lock`, or brings it back."""

import os
import sys
from contextlib import suppress

import xstilts  # noqa: F401  while the name of the script is not known yet: see xstilts/interrupt.py

if sys.argv[0] == "-m" and "DVC_STAGE" in os.environ:  # a script that starts, not a test that imports one
    from xstilts.errors import InputError
    from xstilts.repair.lock import keep

    with suppress(OSError, InputError):  # a copy that cannot be made stops no stage
        if line := keep():
            print(f"repaired: {line}", flush=True)
