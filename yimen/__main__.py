"""`python -m yimen` is `yimen`."""

from yimen.config.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
