"""One file per Lambda function: wiring, no decision."""
