"""The cockpit: the front page of the boards, one HTML file with its data, that filters and compares in the browser."""
