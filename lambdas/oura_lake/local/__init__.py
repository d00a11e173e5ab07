"""The laptop twin: what stands in for AWS and for Oura on one machine; never shipped to Lambda."""
