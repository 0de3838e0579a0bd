"""What every stage script does before anything else: a Ctrl-C is seen to, and under DVC `dvc.lock` is kept whole."""

import os
import sys

from xstilts.interrupt import at_interrupt

if sys.argv[0] == "-m":  # this is a script that starts, not a test that imports one
    at_interrupt()
    if "DVC_STAGE" in os.environ:
        from xstilts.repair.lock import keep

        if line := keep():
            print(f"repaired: {line}", flush=True)
