"""`python -m engraph`: the command line."""

import sys

from engraph import main

if __name__ == "__main__":
    sys.exit(main())
