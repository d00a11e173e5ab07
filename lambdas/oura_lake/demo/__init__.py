"""What would a person get? The whole way of the data on this machine, from `cdk bootstrap` to the alert."""
