"""Report: last night, the last weeks and the year, as one HTML file that loads nothing."""
