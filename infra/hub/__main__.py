"""`python3 -m infra.hub …`, what the `hub` script at the root calls."""

import sys

from infra.hub.cli import main

sys.exit(main(sys.argv[1:]))
