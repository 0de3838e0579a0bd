"""`python -m xstilts` is the command `xstilts`, where nothing is installed."""

from xstilts.interrupt import at_interrupt


def main() -> None:
    """The entry point of `xstilts`. What takes time to import comes after a Ctrl-C has been seen to."""
    at_interrupt()
    from xstilts.commands.app import main as run

    run()


if __name__ == "__main__":
    main()
