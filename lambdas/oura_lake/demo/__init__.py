"""The demo: the whole flow on this machine, from `cdk bootstrap` to the alert."""
