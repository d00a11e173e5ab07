"""The demo: the lake on this machine, from `cdk bootstrap` to the alert."""
