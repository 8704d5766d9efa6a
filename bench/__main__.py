"""The run: `python -m bench`, from `make bench`."""

from bench.run import main

raise SystemExit(main())
