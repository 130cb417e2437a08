"""What lies over a screen for a while. The bar below stays reachable."""
