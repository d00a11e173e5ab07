"""The lake on a laptop: substitutes for AWS on one machine; never shipped to Lambda."""
