"""`python -m xstilts` is the command `xstilts`, where nothing is installed."""

from xstilts.commands.app import main

if __name__ == "__main__":
    main()
